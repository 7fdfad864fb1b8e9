"""gunicorn as caselib runs it: gunicorn -c python:caselib.gunicorn caselib.wsgi"""

import signal
from typing import Any

from caselib import settings

workers = settings.WORKERS
# Browsers open connections before they need them: a worker with one thread would wait on those.
worker_class = "gthread"
threads = 4  # of each worker
limit_request_line = 8190  # bytes, the most there can be; a longer line is answered with 414
control_socket_disable = True  # it would stand outside the data folder
loglevel = "warning"


def post_worker_init(worker: Any) -> None:
    """Ctrl-C reaches the workers through the master alone, and ends them as SIGTERM does.

    gunicorn 27.0's own handlers lock up for 30 seconds when they come while a request is being
    handed to a thread.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGQUIT, worker.handle_exit)
