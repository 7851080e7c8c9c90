"""A form for a draft's parameters, made of ipywidgets."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from IPython.display import display as _display

from . import html
from .errors import DbapiError
from .results import Result
from .shapes import Endpoint, Option, Parameter

display: Callable[..., object] = _display
# Labels and values.
Choices = Sequence[tuple[str, str]]


def show_form(
    endpoint: Endpoint,
    given: Mapping[str, Any],
    run: Callable[[dict[str, Any]], Result],
    options: Callable[[str], Sequence[Option]],
) -> None:
    """Display it; the button runs the draft with what was filled in.

    `options` answers what a parameter may be, by its own query. Where there are no widgets, as in
    a page that was exported, the fields and what is in them are shown as a table.
    """
    widgets = _ipywidgets()
    choices = {
        parameter["name"]: _choices(
            parameter, options(parameter["name"]) if parameter.get("options") else ()
        )
        for parameter in endpoint["params"]
    }
    fields = {
        parameter["name"]: _field(
            widgets, parameter, given.get(parameter["name"]), choices[parameter["name"]]
        )
        for parameter in endpoint["params"]
    }
    # All fields begin in one line, behind the longest name.
    width = f"{max((len(field.description) for field in fields.values()), default=0) + 1}ch"
    for field in fields.values():
        field.style.description_width = width
    button = widgets.Button(description="Run", button_style="primary")
    output = widgets.Output()

    def clicked(_button: object) -> None:
        output.clear_output(wait=True)
        values = {name: field.value for name, field in fields.items() if field.value != ""}
        with output:
            try:
                display(run(values))
            except DbapiError as error:
                print("\n".join(error.lines()))  # noqa: T201 - inside the form's own output

    button.on_click(clicked)
    rows = [
        _row(widgets, fields[parameter["name"]], parameter.get("description"))
        for parameter in endpoint["params"]
    ]
    box = widgets.VBox([*rows, button, output])
    display(_WithTable(box, endpoint, given, choices))


class _WithTable:
    """Widgets for front-ends that have them, a table for all others."""

    def __init__(
        self,
        box: Any,
        endpoint: Endpoint,
        given: Mapping[str, Any],
        choices: Mapping[str, Choices],
    ) -> None:
        self._box = box
        self._name = f"{endpoint['method']} {endpoint['path']}"
        self._rows = [
            (
                parameter["name"] + (" *" if parameter.get("required") else ""),
                _kind(parameter, choices[parameter["name"]]),
                given.get(parameter["name"], parameter.get("default")),
                parameter.get("description") or "",
            )
            for parameter in endpoint["params"]
        ]

    def _repr_mimebundle_(self, **options: Any) -> dict[str, Any]:
        bundle: dict[str, Any] = dict(self._box._repr_mimebundle_(**options) or {})
        lines = [f"Parameters of {self._name}"]
        lines += [f"  {name}: {value}" for name, _, value, _ in self._rows]
        bundle["text/plain"] = "\n".join(lines)
        bundle["text/html"] = html.page(
            html.paragraph(f"Parameters of `{self._name}`", "note"),
            html.table(("parameter", "type", "value", "meaning"), self._rows),
        )
        return bundle


def _kind(parameter: Parameter, choices: Choices) -> str:
    kind = parameter.get("type", "string")
    return f"{kind}: {', '.join(label for label, _ in choices)}" if choices else kind


def _choices(parameter: Parameter, options: Sequence[Option]) -> Choices:
    if parameter.get("type") == "boolean":
        return [("true", "true"), ("false", "false")]
    fixed = [(str(choice), str(choice)) for choice in parameter.get("enum") or ()]
    return fixed + [(option["label"], str(option["value"])) for option in options]


def _field(widgets: Any, parameter: Parameter, value: object, choices: Choices) -> Any:
    label = parameter["name"] + (" *" if parameter.get("required") else "")
    kind = parameter.get("type", "string")
    default = parameter.get("default")
    text = "" if value is None else str(value)
    if choices:
        known = {value for _, value in choices}
        return widgets.Dropdown(
            description=label,
            options=[("", ""), *choices],
            value=text if text in known else "",
        )
    return widgets.Text(
        description=label,
        value=text,
        placeholder=f"{kind}{'' if default is None else f', else {default}'}",
        # Told once, when it is left: told with each key, what was typed last may come too late.
        continuous_update=False,
    )


def _row(widgets: Any, field: Any, description: str | None) -> Any:
    return widgets.HBox([field, widgets.Label(description)]) if description else field


def _ipywidgets() -> Any:
    try:
        import ipywidgets  # type: ignore[import-untyped]  # noqa: PLC0415 - heavy, optional
    except ImportError as error:
        raise DbapiError(
            "--form needs ipywidgets, which is not installed here", hint="%pip install ipywidgets"
        ) from error
    return ipywidgets
