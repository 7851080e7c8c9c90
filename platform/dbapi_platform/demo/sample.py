"""A shop's data to try things with: made up, and the same every time."""

import tempfile
from pathlib import Path
from typing import Final

# country: cities; first names; last names
_PEOPLE: Final = {
    "Brazil": "São Paulo,Curitiba,Recife;Ana,Bruno,Camila,Davi,Larissa,Rafael,Thiago;"
    "Almeida,Barbosa,Carvalho,Oliveira,Ribeiro,Souza",
    "France": "Paris,Lyon,Nantes,Lille;Amélie,Chloé,Étienne,Hugo,Inès,Lucas,Margaux;"
    "Bernard,Dubois,Fontaine,Lefèvre,Moreau,Rousseau",
    "Germany": "Berlin,Hamburg,Köln,Leipzig,München;Anke,Emil,Fatma,Jürgen,Lena,Matthias,Sabine;"
    "Bauer,Fischer,Kaya,Müller,Schröder,Weber",
    "India": "Bengaluru,Chennai,Mumbai,Pune;Aarav,Ananya,Deepika,Kabir,Meera,Rohan,Vikram;"
    "Bhatt,Chatterjee,Iyer,Kapoor,Nair,Sharma",
    "Italy": "Bologna,Milano,Roma,Torino;Alessia,Chiara,Davide,Francesca,Giulia,Lorenzo,Marco;"
    "Bianchi,Conti,Esposito,Ferrari,Greco,Romano",
    "Japan": "Tokyo,Osaka,Kyoto,Sapporo;Aiko,Daichi,Haruka,Kenji,Naoki,Sakura,Yui;"
    "Fujimoto,Kobayashi,Nakamura,Sato,Suzuki,Tanaka",
    "Kenya": "Nairobi,Mombasa,Kisumu;Achieng,Baraka,Kamau,Makena,Njeri,Otieno,Wanjiru;"
    "Kariuki,Kiprono,Mutua,Mwangi,Odhiambo,Wekesa",
    "Mexico": "Ciudad de México,Guadalajara,Monterrey;Alejandra,Diego,Itzel,José,Lucía,Mateo;"
    "Castillo,García,Hernández,Morales,Núñez,Reyes",
    "Netherlands": "Amsterdam,Rotterdam,Utrecht;Bram,Daan,Femke,Lotte,Pieter,Sanne,Youssef;"
    "Bakker,de Vries,El Amrani,Jansen,Mulder,Visser",
    "Poland": "Gdańsk,Kraków,Warszawa,Wrocław;Agnieszka,Jakub,Kasia,Łukasz,Michał,Ola,Zofia;"
    "Duda,Kowalczyk,Mazur,Nowak,Pawlak,Wójcik",
    "United Kingdom": "Bristol,Cardiff,Glasgow,London,Leeds;Aisha,Callum,Eleanor,Imran,Oliver,"
    "Priya,Sophie;Ahmed,Campbell,Evans,Patel,Taylor,Wright",
    "United States": "Austin,Boston,Chicago,Denver,Portland;Carlos,Emily,Jasmine,Marcus,Noah,"
    "Olivia,Tyler;Brooks,Garcia,Johnson,Kim,Nguyen,Thompson",
}

# category: lowest price; products, each in five makes
_GOODS: Final = {
    "Audio": (39, "Headphones,Speaker,Turntable,Microphone,Earbuds"),
    "Bags": (25, "Backpack,Tote,Messenger Bag,Duffel,Sling"),
    "Books": (9, "Atlas,Cookbook,Notebook,Field Guide,Sketchbook"),
    "Coffee": (8, "Grinder,Kettle,Pour-Over Set,Espresso Cups,Scale"),
    "Cycling": (12, "Helmet,Lamp,Lock,Pump,Saddle"),
    "Garden": (7, "Planter,Secateurs,Watering Can,Trowel,Hose"),
    "Kitchen": (11, "Chef's Knife,Cutting Board,Skillet,Saucepan,Apron"),
    "Lighting": (19, "Desk Lamp,Floor Lamp,Lantern,Pendant,Reading Light"),
    "Office": (6, "Desk Mat,Fountain Pen,Monitor Stand,Paper Tray,Stapler"),
    "Outdoor": (15, "Camping Stove,Hammock,Sleeping Bag,Tent,Water Bottle"),
    "Textiles": (14, "Blanket,Cushion,Rug,Scarf,Towel"),
    "Toys": (10, "Building Blocks,Jigsaw,Kite,Marble Run,Wooden Train"),
}
_MAKES: Final = "Nordic,Classic,Compact,Heritage,Studio"

_SCHEMA: Final = """
CREATE TABLE customers (
  id INTEGER PRIMARY KEY, name VARCHAR NOT NULL, email VARCHAR NOT NULL, city VARCHAR NOT NULL,
  country VARCHAR NOT NULL, segment VARCHAR NOT NULL, created_at TIMESTAMP NOT NULL);
CREATE TABLE products (
  id INTEGER PRIMARY KEY, name VARCHAR NOT NULL, category VARCHAR NOT NULL,
  price DECIMAL(10, 2) NOT NULL, stock INTEGER NOT NULL, active BOOLEAN NOT NULL);
CREATE TABLE orders (
  id INTEGER PRIMARY KEY, customer_id INTEGER NOT NULL REFERENCES customers (id),
  status VARCHAR NOT NULL, created_at TIMESTAMP NOT NULL, total DECIMAL(12, 2) NOT NULL);
CREATE TABLE order_items (
  order_id INTEGER NOT NULL REFERENCES orders (id), line INTEGER NOT NULL,
  product_id INTEGER NOT NULL REFERENCES products (id), quantity INTEGER NOT NULL,
  unit_price DECIMAL(10, 2) NOT NULL, PRIMARY KEY (order_id, line));
COMMENT ON TABLE customers IS 'Who buys in the shop; made up, as are their addresses';
COMMENT ON TABLE products IS 'What the shop sells, at today''s price';
COMMENT ON TABLE orders IS 'Orders from October 2023 to September 2026';
COMMENT ON TABLE order_items IS 'The lines of each order, at the price of that day';
"""

# Instead of random numbers: digits of a hash of what the number is for. `u` is from 0 up to 1.
_MACROS: Final = """
CREATE TEMP TABLE people (
  place INTEGER, country VARCHAR, cities VARCHAR[], firsts VARCHAR[], lasts VARCHAR[]);
CREATE TEMP TABLE goods (category VARCHAR, lowest INTEGER, goods VARCHAR[], makes VARCHAR[]);
CREATE TEMP MACRO u(purpose, n) AS
  (md5_number_lower(purpose || n::VARCHAR) % 1000003)::DOUBLE / 1000003;
CREATE TEMP MACRO ascii_name(name) AS
  lower(regexp_replace(translate(strip_accents(name), 'Łł', 'Ll'), '[^A-Za-z.]', '', 'g'));
CREATE TEMP MACRO pick(texts, x) AS texts[1 + floor(len(texts) * x)::INTEGER];
"""

_CUSTOMERS: Final = """
INSERT INTO customers
SELECT id, first || ' ' || last,
       ascii_name(first || '.' || last) || id || '@example.'
         || pick(['com', 'net', 'org'], u('mail', id)),
       pick(cities, sqrt(u('city', id))), country,
       CASE WHEN u('segment', id) < 0.70 THEN 'consumer'
            WHEN u('segment', id) < 0.92 THEN 'small business' ELSE 'enterprise' END,
       TIMESTAMP '2022-01-03' + to_seconds(floor(149500000 * (id - u('joined', id)) / 5000)::BIGINT)
FROM (SELECT n.id, p.country, p.cities, pick(p.firsts, u('first', n.id)) AS first,
             pick(p.lasts, u('last', n.id)) AS last
      FROM (SELECT range::INTEGER AS id FROM range(1, 5001)) AS n
      JOIN people AS p ON p.place = floor(12 * u('country', n.id))) AS named
ORDER BY id
"""

_PRODUCTS: Final = """
INSERT INTO products
SELECT id, make || ' ' || good, category,
       floor(lowest * (1 + 4 * u('price', id))) + pick([0.00, 0.50, 0.90, 0.95], u('cents', id)),
       floor(400 * u('stock', id)), u('active', id) < 0.94
FROM (SELECT row_number() OVER (ORDER BY category, good, make)::INTEGER AS id, *
      FROM (SELECT category, lowest, unnest(goods) AS good, makes FROM goods) AS g,
           unnest(g.makes) AS m(make)) AS numbered
ORDER BY id
"""

# More orders year by year, at weekends and before Christmas; early customers order most.
_ORDERS: Final = """
CREATE TEMP TABLE days AS
SELECT day, sum(weight) OVER (ORDER BY day) - weight AS before, sum(weight) OVER () AS whole
FROM (SELECT range::DATE AS day,
             (1 + (range::DATE - DATE '2023-10-01') / 900.0)
             * CASE WHEN month(range) IN (11, 12) THEN 1.7 WHEN month(range) = 7 THEN 0.8 ELSE 1 END
             * CASE WHEN isodow(range) >= 6 THEN 1.3 ELSE 1 END AS weight
      FROM range(TIMESTAMP '2023-10-01', TIMESTAMP '2026-10-01', INTERVAL 1 DAY)) AS weighted;
CREATE TEMP TABLE placed AS
SELECT row_number() OVER (ORDER BY created_at, n)::INTEGER AS id, created_at
FROM (SELECT n, day + to_seconds(floor(86400 * (u('a', n) + u('b', n)) / 2)::BIGINT) AS created_at
      FROM (SELECT range AS n, u('day', range) * (SELECT max(whole) FROM days) AS at
            FROM range(1, 30001)) AS o
      ASOF JOIN days AS d ON o.at >= d.before) AS timed;
CREATE TEMP TABLE items AS
SELECT id AS order_id, row_number() OVER (PARTITION BY id ORDER BY line)::INTEGER AS line, *
FROM (SELECT p.id, p.created_at, l.range AS line,
             1 + (7 * floor(300 * pow(u('product', p.id * 8 + l.range), 1.8))::INTEGER) % 300
               AS product_id,
             1 + floor(4 * pow(u('quantity', p.id * 8 + l.range), 4))::INTEGER AS quantity
      FROM placed AS p
      JOIN range(1, 6) AS l ON l.range <= 1 + floor(5.1 * pow(u('lines', p.id), 2))
      QUALIFY row_number() OVER (PARTITION BY p.id, product_id ORDER BY line) = 1) AS once_each;
CREATE TEMP TABLE priced AS
SELECT i.order_id, i.line, i.product_id, i.quantity,
       round(p.price * (1 - 0.03 * (2026 - year(i.created_at))), 2)::DECIMAL(10, 2) AS unit_price
FROM items AS i JOIN products AS p ON p.id = i.product_id;
INSERT INTO orders
SELECT p.id, 1 + floor(known.customers * pow(u('customer', p.id), 1.5))::INTEGER,
       CASE WHEN u('status', p.id) < 0.04 THEN 'cancelled'
            WHEN p.created_at > TIMESTAMP '2026-09-28' THEN 'pending'
            WHEN p.created_at > TIMESTAMP '2026-09-21' THEN 'shipped'
            WHEN u('status', p.id) < 0.08 THEN 'returned' ELSE 'delivered' END,
       p.created_at, t.total
FROM placed AS p
ASOF JOIN (SELECT id AS customers, created_at FROM customers) AS known
  ON p.created_at >= known.created_at
JOIN (SELECT order_id, sum(quantity * unit_price) AS total FROM priced GROUP BY order_id) AS t
  ON t.order_id = p.id
ORDER BY p.id;
INSERT INTO order_items SELECT * FROM priced ORDER BY order_id, line;
"""


def create_sample(path: Path) -> None:
    """Write the sample as a DuckDB file; the file appears when it is complete."""
    # Loaded here: a server without DuckDB datasources need not load it.
    import duckdb  # noqa: PLC0415

    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=path.parent, prefix=".sample-") as directory:
        unfinished = Path(directory) / "sample.duckdb"
        # Sums of floating point numbers are the same every time in one thread only.
        with duckdb.connect(str(unfinished), config={"threads": 1}) as connection:
            connection.execute(_SCHEMA + _MACROS)
            connection.executemany("INSERT INTO people VALUES ($1, $2, $3, $4, $5)", _people())
            connection.executemany("INSERT INTO goods VALUES ($1, $2, $3, $4)", _goods())
            for text in (_CUSTOMERS, _PRODUCTS, _ORDERS):
                connection.execute(text)
        unfinished.replace(path)


def _people() -> list[list[object]]:
    return [
        [place, country, *(words.split(",") for words in text.split(";"))]
        for place, (country, text) in enumerate(_PEOPLE.items())
    ]


def _goods() -> list[list[object]]:
    makes = _MAKES.split(",")
    return [[name, lowest, text.split(","), makes] for name, (lowest, text) in _GOODS.items()]
