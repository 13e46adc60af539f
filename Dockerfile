# syntax=docker/dockerfile:1
# One image for web, worker and scheduler; docker-compose.yml says which is which.

FROM python:3.11-slim-bookworm AS build
WORKDIR /app
RUN python -m venv /venv
COPY requirements.txt .
RUN /venv/bin/pip install --no-cache-dir --require-hashes --requirement requirements.txt
COPY . .
# The key signs nothing: it is gone with this command.
RUN SECRET_KEY=for-this-command-alone STATIC_ROOT=/collected \
    /venv/bin/python manage.py collectstatic --no-input --verbosity 0 \
 && /venv/bin/python -m whitenoise.compress --quiet /collected

FROM python:3.11-slim-bookworm
RUN useradd --system --uid 10001 --home-dir /state --create-home varsam
COPY --from=build /venv /venv
COPY --from=build /collected /collected
COPY --from=build /app /app
WORKDIR /app
ENV PATH=/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    STATE_DIR=/state \
    STATIC_ROOT=/collected \
    HOST=0.0.0.0 \
    PORT=8000
USER 10001
VOLUME /state
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=10s --start-period=30s --retries=3 \
    CMD ["python", "-m", "patientsakerhet.local.health", "web"]
CMD ["gunicorn"]
