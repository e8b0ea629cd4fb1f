-- Who may do what. Nothing is anybody's that is not granted here.
revoke all on schema congchao from public;
revoke all on all tables in schema congchao from public, congchao_ingest, congchao_keeper,
	congchao_reader, congchao_officer, congchao_auditor;
revoke all on all routines in schema congchao from public, congchao_ingest, congchao_keeper,
	congchao_reader, congchao_officer, congchao_auditor;

grant usage on schema congchao to congchao_ingest, congchao_keeper, congchao_reader,
	congchao_officer, congchao_auditor;

grant execute on function ingest, enrol, rotate, health to congchao_ingest;
grant execute on function partitions to congchao_keeper;
grant execute on function area_add, site_add, site_code, site_status to congchao_officer;

reset role;
