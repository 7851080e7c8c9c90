import subprocess
import sys

PROGRAM = """
import sys
import dbapi_platform.datasources
drivers = {"psycopg", "pymysql", "duckdb", "sqlite3", "trino", "requests", "msgspec"}
loaded = drivers & set(sys.modules)
assert not loaded, loaded
"""


def test_importing_the_package_loads_no_driver() -> None:
    subprocess.run([sys.executable, "-c", PROGRAM], check=True)
