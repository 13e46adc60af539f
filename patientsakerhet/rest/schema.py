"""The API's description, drawn up once: it is long to make and the same for everybody."""

from typing import Any, ClassVar

from django.http import HttpResponse
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.utils import extend_schema
from drf_spectacular.views import SpectacularAPIView
from rest_framework.request import Request


class DescriptionView(SpectacularAPIView):
    """As YAML or JSON, by what is asked for; each is kept as long as the process lives."""

    drawn: ClassVar[dict[str, str | bytes]] = {}

    @extend_schema(exclude=True)
    def get(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponse:
        renderer = request.accepted_renderer
        if renderer.media_type not in self.drawn:
            schema = SchemaGenerator().get_schema(request=None, public=True)
            self.drawn[renderer.media_type] = renderer.render(schema, renderer.media_type, {})
        return HttpResponse(
            self.drawn[renderer.media_type],
            content_type=renderer.media_type,
            headers={"Content-Disposition": f'inline; filename="Varsam.{renderer.format}"'},
        )
