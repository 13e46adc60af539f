"""How gunicorn serves Varsam, on a desk and in a container; read by gunicorn itself."""

from patientsakerhet.lib import env

wsgi_app = "patientsakerhet.wsgi"
bind = f"{env.text('HOST', '127.0.0.1')}:{env.whole('PORT', 8000)}"
workers = env.whole("WEB_PROCESSES", 2)
worker_class = "gthread"
threads = env.whole("WEB_THREADS", 4)
reload = env.flag("DEBUG")
preload_app = not reload  # one import shared by all processes
timeout = 60
graceful_timeout = 10
max_requests = 20_000
max_requests_jitter = 2_000
accesslog = None  # addresses and search words of reporters are nobody's to keep
errorlog = "-"
loglevel = "warning"
control_socket_disable = True
