"""Forms as `multipart/form-data`: text fields, collected while the body comes in."""

import logging
from collections.abc import Mapping

from python_multipart import MultipartParser
from python_multipart.exceptions import FormParserError
from python_multipart.multipart import parse_options_header

from ..errors import Detail
from .errors import Refused

# Whatever a caller sends wrong is told to the caller, and must not fill the log.
QUIET = logging.Logger("quiet", logging.CRITICAL + 1)
PLAIN = frozenset({b"", b"7bit", b"8bit", b"binary"})


class Multipart:
    """Parts go in as bytes, fields come out; a file is refused by the name of its field."""

    def __init__(self, boundary: bytes, *, max_fields: int) -> None:
        self._fields: dict[str, list[str]] = {}
        self._max_fields = max_fields
        self._count = 0
        self._ended = False
        self._name = ""
        self._headers: dict[bytes, bytes] = {}
        self._header = bytearray()
        self._value = bytearray()
        self._data = bytearray()
        if not boundary:
            raise _wrong("its Content-Type names no boundary")
        try:
            self._parser = MultipartParser(
                boundary,
                {
                    "on_part_begin": self._begin,
                    "on_header_field": self._read_header,
                    "on_header_value": self._read_value,
                    "on_header_end": self._end_header,
                    "on_headers_finished": self._end_headers,
                    "on_part_data": self._read_data,
                    "on_part_end": self._end,
                    "on_end": self._finish,
                },
            )
        except FormParserError as error:
            raise _wrong(str(error)) from None
        self._parser.logger = QUIET

    def write(self, chunk: bytes) -> None:
        """More of the body. Raises Refused."""
        try:
            self._parser.write(chunk)
        except FormParserError as error:
            raise _wrong(str(error)) from None

    def fields(self) -> Mapping[str, object]:
        """Text by name, a list where there are several. Raises Refused when the end is missing."""
        if not self._ended:
            raise _wrong("it ends before its last boundary")
        return {
            name: values[0] if len(values) == 1 else values for name, values in self._fields.items()
        }

    def _begin(self) -> None:
        self._count += 1
        if self._count > self._max_fields:
            message = f"The form has more than {self._max_fields} fields"
            raise Refused(400, "invalid_request", message)
        self._headers.clear()
        self._data.clear()

    def _read_header(self, data: bytes, start: int, end: int) -> None:
        self._header += data[start:end]

    def _read_value(self, data: bytes, start: int, end: int) -> None:
        self._value += data[start:end]

    def _end_header(self) -> None:
        self._headers[bytes(self._header).lower()] = bytes(self._value)
        self._header.clear()
        self._value.clear()

    def _end_headers(self) -> None:
        given = self._headers.get(b"content-disposition", b"").decode("latin-1")
        kind, options = parse_options_header(given)
        if kind != b"form-data" or b"name" not in options:
            raise _wrong("a part has no Content-Disposition: form-data with a name")
        try:
            self._name = options[b"name"].decode()
        except UnicodeDecodeError:
            raise _wrong("the name of a field is not valid UTF-8") from None
        # Browsers send a file field that was left empty with an empty name.
        if options.get(b"filename") or "filename*" in given.lower():
            raise _wrong_field(self._name, "is a file, and files are not taken; send it as text")
        if self._headers.get(b"content-transfer-encoding", b"").strip().lower() not in PLAIN:
            raise _wrong_field(self._name, "has a Content-Transfer-Encoding; send it as it is")

    def _read_data(self, data: bytes, start: int, end: int) -> None:
        self._data += data[start:end]

    def _end(self) -> None:
        try:
            text = self._data.decode()
        except UnicodeDecodeError:
            raise _wrong_field(self._name, "is not valid UTF-8") from None
        self._fields.setdefault(self._name, []).append(text)

    def _finish(self) -> None:
        self._ended = True


def _wrong(what: str) -> Refused:
    message = f"The body is not valid multipart/form-data: {what}"
    return Refused(400, "invalid_request", message, details=[Detail("body", what)])


def _wrong_field(name: str, what: str) -> Refused:
    shown = name[:100]
    return Refused(400, "invalid_request", f"{shown}: {what}", details=[Detail(shown, what)])
