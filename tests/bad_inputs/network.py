"""Bad inputs."""

from tests.bad_inputs import Bad

CASES: list[Bad] = []
