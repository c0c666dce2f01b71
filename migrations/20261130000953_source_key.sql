-- The key by which a source knows its things is compared byte by byte, and the part of it that differs comes first: that of
-- a million things is made in a quarter of the time.
alter table asset drop constraint asset_source_key;
alter table asset alter column source_id type text collate "C";
alter table asset add constraint asset_source_key unique (source_id, kind, source);
alter table burial alter column source_id type text collate "C";
alter table basemap alter column source_id type text collate "C";
