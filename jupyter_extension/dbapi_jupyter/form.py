"""A form for a draft's parameters, made of ipywidgets."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from IPython.display import display as _display

from .errors import DbapiError
from .results import Result
from .shapes import Endpoint, Option, Parameter

display: Callable[..., object] = _display
WIDE = {"description_width": "initial"}


def show_form(
    endpoint: Endpoint,
    given: Mapping[str, Any],
    run: Callable[[dict[str, Any]], Result],
    options: Callable[[str], Sequence[Option]],
) -> None:
    """Display it; the button runs the draft with what was filled in.

    `options` answers what a parameter may be, by its own query.
    """
    widgets = _ipywidgets()
    fields = {
        parameter["name"]: _field(
            widgets,
            parameter,
            given.get(parameter["name"]),
            options(parameter["name"]) if parameter.get("options") else (),
        )
        for parameter in endpoint["params"]
    }
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
    display(widgets.VBox([*fields.values(), button, output]))


def _field(widgets: Any, parameter: Parameter, value: object, options: Sequence[Option]) -> Any:
    label = parameter["name"] + (" *" if parameter.get("required") else "")
    choices = [(str(choice), str(choice)) for choice in parameter.get("enum") or ()]
    choices += [(option["label"], str(option["value"])) for option in options]
    kind = parameter.get("type", "string")
    if kind == "boolean":
        choices = [("true", "true"), ("false", "false")]
    default = parameter.get("default")
    text = "" if value is None else str(value)
    if choices:
        known = {value for _, value in choices}
        return widgets.Dropdown(
            description=label,
            options=[("", ""), *choices],
            value=text if text in known else "",
            style=WIDE,
        )
    return widgets.Text(
        description=label,
        value=text,
        placeholder=f"{kind}{'' if default is None else f', else {default}'}",
        tooltip=parameter.get("description") or "",
        style=WIDE,
    )


def _ipywidgets() -> Any:
    try:
        import ipywidgets  # type: ignore[import-untyped]  # noqa: PLC0415 - heavy, optional
    except ImportError as error:
        raise DbapiError(
            "--form needs ipywidgets, which is not installed here", hint="%pip install ipywidgets"
        ) from error
    return ipywidgets
