-- Rows in and out, an index, joins by hash and by merge, sorting, text, JSON, numeric, a function of PL/pgSQL.
CREATE TABLE item (id int PRIMARY KEY, name text NOT NULL, price numeric(10, 2), doc jsonb);
INSERT INTO item
    SELECT i, 'name ' || i * 7919 % 10007, (i * 31 % 5000) / 100.0, jsonb_build_object('n', i % 13, 'list', ARRAY[i, i + 1])
    FROM generate_series(1, 60000) AS i;
CREATE INDEX ON item (name);
ANALYZE item;
SELECT count(*), sum(price), round(avg(price), 4), min(name), max(name) FROM item;
SELECT doc ->> 'n' AS n, count(*), sum((doc -> 'list' ->> 1)::int) FROM item GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT 5;
SELECT count(*), sum(a.id::bigint * b.id) FROM item a JOIN item b ON a.name = b.name AND a.id < b.id;
SELECT name, rank() OVER (ORDER BY price DESC, name, id) FROM item ORDER BY 2 DESC LIMIT 3;
SELECT count(DISTINCT substr(name, 6)), count(*) FILTER (WHERE name ~ '7.*7$') FROM item;
UPDATE item SET price = price * 1.1 WHERE id % 3 = 0;
DELETE FROM item WHERE id % 7 = 0;
SELECT count(*), sum(price) FROM item;
SELECT sum(i::bigint * i % 97), count(*) FILTER (WHERE i % 3 = 0), avg(i::float8) FROM generate_series(1, 1000000) AS i;
CREATE FUNCTION collatz(start bigint) RETURNS int LANGUAGE plpgsql AS $$
DECLARE n bigint := start; steps int := 0;
BEGIN
    WHILE n <> 1 LOOP
        IF n % 2 = 0 THEN n := n / 2; ELSE n := 3 * n + 1; END IF;
        steps := steps + 1;
    END LOOP;
    RETURN steps;
END $$;
SELECT max(collatz(i)), sum(collatz(i)) FROM generate_series(1, 1500) AS i;
