"""Answers to requests that Django has no name for."""

from django.http.response import HttpResponseRedirectBase


class SeeOther(HttpResponseRedirectBase):
    """Done; what came of it is on another page, which is fetched anew however often."""

    status_code = 303
