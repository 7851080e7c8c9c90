"""Where the tests of the pages go: every page with its tabs, and every dialog."""

from dataclasses import dataclass

# A step is the button that is pressed, or a field's label and what is typed into it.
Step = str | tuple[str, str]


@dataclass(frozen=True)
class Visit:
    """A page by its address, where `{name}` is the id of something of the sample."""

    name: str
    location: str
    heading: str
    # What is pressed before it is looked at; its tabs are opened one after the other.
    steps: tuple[Step, ...] = ()
    # What the browser notes then: the status of a refusal.
    refused: str | None = None


@dataclass(frozen=True)
class Asking:
    """A dialog: where it is, the steps that open it, and its title."""

    location: str
    title: str
    steps: tuple[Step, ...]

    @property
    def name(self) -> str:
        words = "".join(one if one.isalnum() else " " for one in self.title.lower()).split()
        return "-".join(["dialog", *words])


PAGES = (
    Visit("dashboard", "/dashboard", "Dashboard"),
    Visit("dashboard-today", "/dashboard?days=1", "Dashboard"),
    Visit("endpoints", "/endpoints", "Endpoints"),
    Visit("endpoint", "/endpoints/{orders}", "sales/orders"),
    Visit("endpoint-script", "/endpoints/{score}", "stock/score"),
    Visit("endpoint-draft", "/endpoints/{planned}", "stock/planned"),
    Visit("endpoint-version", "/endpoints/{orders}/versions?version=1&from=live&to=draft", "sales"),
    Visit("endpoint-tried", "/endpoints/{products}/try", "stock/products", ("Run",)),
    Visit("endpoint-tried-script", "/endpoints/{score}/try", "stock/score", ("Run",)),
    Visit(
        "endpoint-tried-failing", "/endpoints/{share}/try", "share", (("of", "all"), "Run"), "422"
    ),
    Visit(
        "endpoint-tested", "/endpoints/{orders}/tests", "sales/orders", ("Run all on the draft",)
    ),
    Visit("connections", "/connections", "Connections"),
    Visit("connection", "/connections/{shop}", "shop"),
    Visit("connection-table", "/connections/{shop}?table=main.orders", "shop"),
    Visit("modules", "/modules", "Modules & macros"),
    Visit("module", "/modules/{sales}", "sales"),
    Visit("macro", "/modules/macros/{page}", "page"),
    Visit("macro-editing", "/modules/macros/{page}", "page", ("Edit",)),
    Visit("clients", "/clients", "Clients & groups"),
    Visit("client", "/clients/{web}", "Web shop"),
    Visit("group", "/clients/groups/{internal}", "Internal"),
    Visit("records", "/records", "Access logs"),
    Visit("records-filters", "/records", "Access logs", ("More",)),
    Visit("record", "/records?record=9", "Access logs"),
    Visit("users", "/users", "Users & roles"),
    Visit("user", "/users/{vera}", "vera"),
    Visit("role", "/users/roles/{support}", "Support"),
    Visit("account", "/users/me", "My account"),
    Visit("firewall", "/firewall", "Firewall"),
    Visit("firewall-checked", "/firewall", "Firewall", (("Address", "192.0.2.7"), "Check")),
    Visit("audit", "/audit", "Audit"),
    Visit("audit-filters", "/audit", "Audit", ("More",)),
    Visit("audit-entry", "/audit?entry=20", "Audit"),
)

ORDERS = "GET sales/orders/{customer_id}"
PLANNED = "GET stock/planned"
# What changes something stands behind what needs it as it was.
DIALOGS = (
    Asking("/endpoints/{orders}", f"Publish {ORDERS}", ("Publish…",)),
    Asking("/endpoints/{score}", "Publish POST stock/score", ("Publish…",)),
    Asking("/endpoints/{orders}", f"Take {ORDERS} offline?", ("Unpublish…",)),
    Asking("/endpoints/{orders}", f"Copy {ORDERS}", ("Copy to…",)),
    Asking("/endpoints/{orders}", f"Move {ORDERS}", ("Move…",)),
    Asking("/endpoints/{orders}", f"{ORDERS} is live", ("Delete…",)),
    Asking("/endpoints/{planned}", f"Move {PLANNED}", ("Move…",)),
    Asking("/endpoints/{planned}", f"Delete {PLANNED}?", ("Delete…",)),
    Asking("/endpoints/{planned}", f"Publish {PLANNED}", ("Publish…",)),
    Asking("/endpoints/{planned}", f"{PLANNED} is live", ("Publish…", "Publish")),
    Asking(
        "/endpoints/{orders}/versions?version=1",
        f"Roll {ORDERS} back to version 1?",
        ("Roll back to this",),
    ),
    Asking(
        "/endpoints/{orders}/versions?version=1", "Who may call version 1?", ("Who may call it…",)
    ),
    Asking("/endpoints/{orders}/access", "Add clients", ("Add a client",)),
    Asking("/endpoints/{orders}/access", "Add groups", ("Add a group",)),
    Asking("/endpoints/{orders}/access", f"Take {ORDERS} from Web shop?", ("Take away Web shop",)),
    Asking(
        "/endpoints/{orders}/access", f"Take {ORDERS} out of Internal?", ("Take away Internal",)
    ),
    Asking("/endpoints/{orders}/tests", "New test", ("Add a test",)),
    Asking("/endpoints/{orders}/tests", "Test two", ("Edit the test two",)),
    Asking("/endpoints/{orders}/tests", "Delete the test two?", ("Delete the test two",)),
    Asking("/connections", "New connection", ("New connection",)),
    Asking("/connections/{archive}", "Edit archive", ("Edit",)),
    Asking("/connections/{archive}", "Delete archive?", ("Delete",)),
    Asking("/connections/{shop}", "shop cannot be deleted yet", ("Delete",)),
    Asking("/modules", "New module", ("New module",)),
    Asking("/modules/{plans}", "Edit plans", ("Edit",)),
    Asking("/modules/{plans}", "Delete plans?", ("Delete",)),
    Asking("/modules/{sales}", "sales cannot be deleted yet", ("Delete",)),
    Asking("/modules/macros", "New macro", ("New macro",)),
    Asking("/modules/macros/{page}", "Delete page?", ("Delete",)),
    Asking("/modules/macros/{page}", "Publish page", ("Publish",)),
    Asking("/modules/macros/{page}", "page is published", ("Publish", "Publish")),
    Asking("/clients", "New client", ("New client",)),
    Asking("/clients", "Kiosk was made", ("New client", ("Name", "Kiosk"), "Make the client")),
    Asking("/clients/{web}", "Edit Web shop", ("Edit",)),
    Asking("/clients/{web}", "Deactivate Web shop?", ("Deactivate",)),
    Asking("/clients/{web}", "Delete Web shop?", ("Delete",)),
    Asking("/clients/{web}", "Add endpoints", ("Add an endpoint",)),
    Asking("/clients/{web}", "Add groups", ("Add a group",)),
    Asking("/clients/{web}", "Replace the secret of Web shop", ("Replace the secret",)),
    Asking(
        "/clients/{web}", "The new secret of Web shop", ("Replace the secret", "Make a new secret")
    ),
    Asking("/clients/groups", "New group", ("New group",)),
    Asking("/clients/groups/{internal}", "Edit Internal", ("Edit",)),
    Asking("/clients/groups/{internal}", "Delete Internal?", ("Delete",)),
    Asking("/clients/groups/{internal}", "Add clients", ("Add a client",)),
    Asking("/records", "Export access records", ("Export",)),
    Asking("/users", "New user", ("New user",)),
    Asking("/users/{vera}", "Edit vera", ("Edit",)),
    Asking("/users/{vera}", "Reset the password of vera", ("Reset password",)),
    Asking("/users/{vera}", "End all sessions of vera?", ("End sessions",)),
    Asking("/users/{vera}", "Delete vera?", ("Delete",)),
    Asking("/users/roles", "New role", ("New role",)),
    Asking("/users/roles/{support}", "Edit Support", ("Edit",)),
    Asking("/users/roles/{support}", "Delete the role Support?", ("Delete",)),
    Asking("/users/roles/{support}", "Allow something for one resource", ("Add a resource",)),
    Asking("/users/me", "Change your password", ("Change password",)),
    Asking("/users/me", "End this session?", ("End",)),
    Asking("/users/me", "Revoke the token nightly import?", ("Revoke",)),
    Asking("/users/me", "New personal access token", ("New token",)),
    Asking("/users/me", "Your new token", ("New token", ("Name", "job"), "Make the token")),
    Asking("/firewall", "New rule", ("New rule",)),
    Asking("/firewall", "Edit the rule for 10.0.0.0/8", ("Edit: allow 10.0.0.0/8",)),
    Asking("/firewall", "Delete this rule?", ("Delete: allow 10.0.0.0/8",)),
    Asking("/firewall", "Deny everybody before allowing some?", ("Move up: deny 0.0.0.0/0",)),
    Asking("/audit", "Export audit entries", ("Export",)),
)
