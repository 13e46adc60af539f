"""Walks the URLconf; refuses what it does not understand rather than passing it by."""

import inspect

from django.urls import URLPattern, URLResolver, get_resolver
from django.urls.converters import (
    IntConverter,
    PathConverter,
    SlugConverter,
    StringConverter,
    UUIDConverter,
)
from django.urls.resolvers import RegexPattern, RoutePattern

KNOWN_CONVERTERS = (IntConverter, SlugConverter, StringConverter, PathConverter, UUIDConverter)


def every_pattern(patterns=None):
    """Each URL pattern with a name, of a sort somebody has thought about."""
    for pattern in get_resolver().url_patterns if patterns is None else patterns:
        if isinstance(pattern, URLResolver):
            yield from every_pattern(pattern.url_patterns)
        elif isinstance(pattern, URLPattern):
            assert pattern.name, f"{pattern.pattern} has no name"
            assert isinstance(pattern.pattern, RoutePattern | RegexPattern), pattern.pattern
            view = inspect.unwrap(pattern.callback)
            assert inspect.isfunction(view), f"{pattern.name}: a callback nobody has described"
            yield pattern
        else:
            raise AssertionError(f"a pattern of a sort nobody has described: {pattern!r}")


def arguments_of(pattern):
    """The names of what the address takes."""
    if isinstance(pattern.pattern, RegexPattern):
        return tuple(pattern.pattern.regex.groupindex)
    for converter in pattern.pattern.converters.values():
        assert isinstance(converter, KNOWN_CONVERTERS), f"{pattern.name}: {converter!r}"
    return tuple(pattern.pattern.converters)


def put_away(answer):
    """The file behind a download is closed, as a server would; the database stays open."""
    file = getattr(answer, "file_to_stream", None)
    if file is not None:
        file.close()
