"""Pictures of a case in the sizes that are stored."""

from django.conf import settings

from stories.choices import Licence
from stories.presenters.parts import PartPresenter


def public_url(file: str) -> str:
    """Where readers get the file of a picture that a version shows."""
    return f"{settings.MEDIA_URL}{file}"


class PicturePresenter(PartPresenter):
    @property
    def width(self) -> int:
        """Pixels of the widest."""
        return int(self.data["widths"][-1])

    @property
    def url(self) -> str:
        """Of the size in the middle, for browsers that choose none."""
        widths = self.data["widths"]
        return self._url(widths[len(widths) // 2], "webp")

    @property
    def avif(self) -> str:
        """All sizes in this format, as `srcset` wants them."""
        return self._sizes("avif")

    @property
    def webp(self) -> str:
        return self._sizes("webp")

    @property
    def licence_label(self) -> str:
        return self.label_of(Licence, self.data["licence"])

    @property
    def deed(self) -> str:
        """The address of the licence's terms, "" where there is none."""
        return Licence(self.data["licence"]).deed

    def _sizes(self, suffix: str) -> str:
        return ", ".join(f"{self._url(width, suffix)} {width}w" for width in self.data["widths"])

    def _url(self, width: int, suffix: str) -> str:
        return self.case.picture_url(f"{self.data['file']}-{width}.{suffix}")
