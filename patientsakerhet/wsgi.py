"""The door for an application server that speaks WSGI; gunicorn uses this one."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "patientsakerhet.settings")
application = get_wsgi_application()
