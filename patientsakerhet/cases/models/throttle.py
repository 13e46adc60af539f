"""How often something has been asked for from one place, without keeping the place."""

from __future__ import annotations

from typing import ClassVar

from django.db import models


class Throttle(models.Model):
    """How many times one act was tried from one address in one hour (spärr).

    The address stands here only as a keyed hash whose key changes every day, and the row is gone
    after a day: nobody can tell afterwards from where an anonymous report came.
    """

    act = models.SlugField(max_length=30)
    place = models.CharField(max_length=64)
    hour = models.DateTimeField()
    tries = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = "spärr"
        verbose_name_plural = "spärrar"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["act", "place", "hour"], name="throttle_once_per_act_place_and_hour"
            )
        ]

    def __str__(self) -> str:
        return f"{self.act} {self.hour:%H}: {self.tries}"
