"""The fields of a posted form."""

from __future__ import annotations

from urllib.parse import parse_qs

from starlette.exceptions import HTTPException
from starlette.requests import Request

LARGEST = 16_384  # bytes: strangers can post too


async def fields(request: Request) -> dict[str, str]:
    """The last value of each field. What is too large is refused with 413 before it is read."""
    body = bytearray()
    async for part in request.stream():
        body += part
        if len(body) > LARGEST:
            raise HTTPException(413)
    asked = parse_qs(body.decode("utf-8", "replace"), keep_blank_values=True)
    return {name: values[-1] for name, values in asked.items()}
