"""Files as streams: sent piece by piece, never read into memory as a whole."""

from typing import IO, Any

from django.http import FileResponse, HttpRequest


def streamed(request: HttpRequest, file: IO[bytes], **arguments: Any) -> FileResponse:
    """`arguments`: of FileResponse. HEAD gets the headers alone; the file is closed in any case."""
    response = FileResponse(file, **arguments)
    if request.method == "HEAD":
        file.close()
        response.streaming_content = ()
    return response
