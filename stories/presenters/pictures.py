"""Presenter of a picture in its stored sizes."""

from django.conf import settings

from stories.choices import Licence
from stories.presenters.parts import PartPresenter


def public_url(file: str) -> str:
    """The address of the file of a picture that a published version shows."""
    return f"{settings.MEDIA_URL}{file}"


class PicturePresenter(PartPresenter):
    @property
    def width(self) -> int:
        """In pixels, of the widest file."""
        return int(self.data["widths"][-1])

    @property
    def url(self) -> str:
        """The address of the middle size, for browsers without `srcset`."""
        widths = self.data["widths"]
        return self._url(widths[len(widths) // 2], "webp")

    @property
    def avif(self) -> str:
        """All sizes in this format, as a value of `srcset`."""
        return self._sizes("avif")

    @property
    def webp(self) -> str:
        return self._sizes("webp")

    @property
    def licence_label(self) -> str:
        return self.label_of(Licence, self.data["licence"])

    @property
    def deed(self) -> str:
        """The address of the licence; "" if there is none."""
        return Licence(self.data["licence"]).deed

    def _sizes(self, suffix: str) -> str:
        return ", ".join(f"{self._url(width, suffix)} {width}w" for width in self.data["widths"])

    def _url(self, width: int, suffix: str) -> str:
        return self.case.picture_url(f"{self.data['file']}-{width}.{suffix}")
