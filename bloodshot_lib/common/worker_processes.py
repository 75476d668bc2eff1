"""Workers: processes that end with the one that started them."""

import multiprocessing
import multiprocessing.connection
import os
import threading


def end_with_parent() -> None:
    """Have this worker process end when the one that started it ends.

    Where that one was killed, it would wait for ever. For the `initializer` of a
    ProcessPoolExecutor.
    """

    def wait() -> None:
        multiprocessing.connection.wait([multiprocessing.parent_process().sentinel])
        os._exit(1)

    threading.Thread(target=wait, daemon=True).start()
