"""Worker processes that end with the process that started them."""

import multiprocessing
import multiprocessing.connection
import os
import threading


def end_with_parent() -> None:
    """End this worker process when the one that started it ends.

    If that one is killed, a worker would otherwise wait for ever. Pass this as the
    `initializer` of a ProcessPoolExecutor.
    """

    def wait() -> None:
        multiprocessing.connection.wait([multiprocessing.parent_process().sentinel])
        os._exit(1)

    threading.Thread(target=wait, daemon=True).start()
