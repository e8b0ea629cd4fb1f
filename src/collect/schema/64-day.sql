-- Figures ask for some days of all sites, and the keys begin with the site: without these a
-- page about a month reads the whole year's partition.
create index if not exists site_day_day on site_day (day);
create index if not exists cell_day_day on cell_day (day);
