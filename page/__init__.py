"""`bloodshot.html`, the page that needs no installation: its scripts, and what builds it."""
