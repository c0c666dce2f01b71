-- What filters in CQL2 and orders need beyond SQL. All functions are unknown for what is unknown, and none ends a statement over a value.

-- Capital and small letters are one (CASEI). Folded, not only lowered: "ß" is "ss", both small sigmas are one. Polish
-- letters are named, because a database in the locale C lowers only those of ASCII.
create function cql2_casei(value text) returns text language sql immutable strict parallel safe as $$
    select replace(translate(lower(value), 'ĄĆĘŁŃÓŚŹŻς', 'ąćęłńóśźżσ'), 'ß', 'ss')
$$;

-- Letters without their marks (ACCENTI): marks are taken off what Unicode takes apart, and those letters that it does
-- not take apart have a plain one.
create function cql2_accenti(value text) returns text language sql immutable strict parallel safe as $$
    select translate(
        normalize(regexp_replace(normalize(value, nfd), '[\u0300-\u036f]', '', 'g'), nfc),
        'łŁđĐðøØħĦŧŦıĸ', 'lLdDdoOhHtTik')
$$;

-- A power, unknown where there is none or where it is too large to be of use.
create function cql2_power(base numeric, exponent numeric) returns numeric
    language sql immutable strict parallel safe as $$
    select case
        when exponent = 0 then 1
        when base = 0 then case when exponent > 0 then 0 end
        when abs(base) > 1e100 or abs(base) < 1e-100 or abs(exponent) > 1000 then null
        when base < 0 and exponent <> trunc(exponent) then null
        when abs(exponent * ln(abs(base))) > 300 then null
        else power(base::float8, exponent::float8)::numeric
    end
$$;

-- A whole date (YYYY-MM-DD) as such; dates of which only the year or the month is known are unknown.
create function cql2_date(value text) returns date language sql immutable strict parallel safe as $$
    select case
        when value ~ '^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$' and left(value, 4) <> '0000'
            and extract(day from make_date(left(value, 4)::integer, substr(value, 6, 2)::integer, 1)
                + interval '1 month' - interval '1 day') >= right(value, 2)::integer
        then make_date(left(value, 4)::integer, substr(value, 6, 2)::integer, right(value, 2)::integer)
    end
$$;

-- The order of the Polish alphabet, "ł" after "l"; where the database was built without ICU, that of bytes.
do $$
begin
    create collation polish (provider = icu, locale = 'pl-PL');
exception when others then
    create collation polish from "C";
end
$$;
