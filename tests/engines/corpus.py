"""Strings that break out of badly made SQL: the classics, and what products read differently."""

INJECTIONS = (
    # Ends the string and changes the condition.
    "' OR '1'='1", "' OR 1=1 --", "' OR 1=1 #", "' OR 1=1/*", "') OR ('1'='1", "')) OR 1=1 --",
    "x' OR 'x'='x", '" OR ""="', '" OR 1=1 --', "' OR ''='", "'='", "' OR TRUE --", "'||'1'||'",
    "' AND 1=0 UNION ALL SELECT 1 --", "' LIKE '%", "' OR note LIKE '%", "admin'--", "admin'/*",
    "' HAVING 1=1 --", "' GROUP BY 1 --", "' ORDER BY 100 --", "' LIMIT 1 OFFSET 0 --",
    # Adds a query.
    "' UNION SELECT NULL, NULL --", "' UNION SELECT id, secret FROM canary --",
    "1 UNION SELECT secret FROM canary", "-1 UNION ALL SELECT 1,2,3", "' EXCEPT SELECT 1 --",
    "(SELECT secret FROM canary LIMIT 1)", "'||(SELECT secret FROM canary LIMIT 1)||'",
    # Adds a statement.
    "'; DROP TABLE canary; --", "'; DROP TABLE note; --", "1; DELETE FROM canary",
    "'; UPDATE canary SET secret = ''; --", "'; INSERT INTO canary VALUES (2, 'x'); --",
    "; SHUTDOWN; --", "'; COMMIT; DROP TABLE canary; --", "'); DELETE FROM note; --",
    "'; COPY canary TO '/tmp/stolen'; --", "'; ATTACH '/etc/passwd' AS x; --",
    "'; SELECT pg_sleep(600); --", "' OR pg_sleep(600) IS NULL --", "'; CALL pg_sleep(600); --",
    "' || pg_sleep(600) --", "1 AND (SELECT count(*) FROM range(100000000000)) > 0",
    # Backslashes, doubled quotes, and other spellings of a quote.
    "\\", "\\'", "\\' OR 1=1 --", "\\\\' OR 1=1 --", "''", "'''", "''''; DROP TABLE canary; --",
    "E'\\' OR 1=1 --", "U&'\\0027 OR 1=1", "\u2019 OR 1=1 --", "\uff07 OR 1=1 --",
    "\u02bc OR 1=1 --", "%27 OR 1=1", "%2527", "0x27204f5220313d31", "CHR(39)", "CHAR(0x27)",
    "\xbf' OR 1=1 --", "\u0100' OR 1=1",
    # Dollar quotes, comments, placeholders, casts.
    "$$", "$$; DROP TABLE canary; $$", "$x$ OR 1=1 $x$", "/*", "*/ OR 1=1 /*", "/*/**/*/", "--",
    "-- \n OR 1=1", "#", "$1", "$2", "?", "?1", ":name", "%s", "%(name)s", "@x", "::text",
    "'::text::int", "{}", "{0}", "\ufeff' OR 1=1",
    # Templates in templates, and whitespace that lexers disagree about.
    "{{ 7 * 7 }}", "{% raw %}' OR 1=1{% endraw %}", "{{ ''.__class__ }}", "{#", "${7*7}",
    "'\tOR\n1=1\r\n--", "'\x0bOR\x0c1=1--", "'\xa0OR\xa01=1--",
    "'\u200bOR 1=1--", "' OR\u20281=1--",
    # Wildcards.
    "%", "_", "%%", "_%", "[a-z]", "\\%", "*",
    # Long.
    "'" * 5_000, "a" * 5_000 + "' OR 1=1 --", "('" * 500,
)  # fmt: skip
