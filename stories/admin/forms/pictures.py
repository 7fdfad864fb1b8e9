"""The form of a picture; an upload is decoded once, before the transaction begins."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from stories.admin.forms.base import DeskForm
from stories.pictures import formats, storage
from stories.pictures.formats import PictureError, Renditions


def read_upload(upload: Any) -> Renditions | PictureError:
    """The renditions of an upload, or why it is refused. Takes a second or two; cached on it."""
    if not hasattr(upload, "found"):
        try:
            formats.refuse_size(upload.size)
            with storage.one_at_a_time():
                upload.found = formats.read(upload.read())
        except PictureError as error:
            upload.found = error
    found: Renditions | PictureError = upload.found
    return found


class PictureForm(DeskForm):
    """The file format is detected from the content; a refused file is an error of the field."""

    file = forms.FileField(
        label=_("file"),
        widget=forms.FileInput(attrs={"accept": "image/jpeg,image/png,image/webp,image/avif"}),
        help_text=_(
            "JPEG (at most 50 million pixels), PNG (25), WebP or AVIF (10), 20 MB. Stored without "
            "its metadata, the place where it was taken included."
        ),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["file"].required = not self.instance.pk

    def clean_file(self) -> Renditions | None:
        upload = self.cleaned_data["file"]
        if not upload:
            return None
        found = read_upload(upload)
        if isinstance(found, PictureError):
            raise ValidationError(str(found)) from found
        self.instance.show(found)
        return found

    def _may_wait(self, name: str) -> bool:
        return False
