"""The product's settings, with the benchmark's floors mounted beside its pages."""

from patientsakerhet.settings import *  # noqa: F403  the product's, but for what follows

ROOT_URLCONF = "benchmarks.urls"
TRIES_PER_HOUR = {"file": 10_000_000, "code": 30, "ask": 10_000_000}
