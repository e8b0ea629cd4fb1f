-- Who may do what. Nothing is anybody's that is not granted here.
revoke all on schema congchao from public;
revoke all on all tables in schema congchao from public, congchao_ingest, congchao_keeper,
	congchao_reader, congchao_officer, congchao_auditor;
revoke all on all routines in schema congchao from public, congchao_ingest, congchao_keeper,
	congchao_reader, congchao_officer, congchao_auditor;

grant usage on schema congchao to congchao_ingest, congchao_keeper, congchao_reader,
	congchao_officer, congchao_auditor;

-- The collector and the timers: functions, and no table.
grant execute on function ingest, enrol, rotate, health to congchao_ingest;
grant execute on function partitions, retain, roll, roll_area, roll_total, months_due, freeze to congchao_keeper;

-- Figures, and what they are about. Of a site not its address and not its key.
grant select on area, audience, lang, flag, plan_target, population, survey, roster, lesson,
	lesson_text, question, question_text, question_option, site_day, site_month, cell_day,
	area_day, area_hour, area_month, area_received, area_learning, measure_kind, total_day,
	total_hour, total_measure, month_issue, month_cell, month_measure, month_site, month_target,
	month_adjustment, v_completeness, v_site, v_fleet, v_version, v_flagged, v_target, v_funnel,
	v_hourly, v_question, v_learning, v_public, v_public_learning, schema_version
	to congchao_reader;
grant select (site_id, name, area_id, kind, status, capacity, opens, closes, created_at,
	enrolled_at, approved_at, ended_at) on site to congchao_reader;
grant execute on function day_of, month_of, day_begin, kept_from, doubtful_flags, expected_hours,
	expected_until, sites, completeness, score_state, wilson, newcombe, together, more_step,
	more_value, measure_sums, measures, learning_counts, learning, questions, hourly,
	funnel, whole_months, area_sums, public_suppress, month_hash, month_difference to congchao_reader;
grant execute on function more(bigint, bigint, bigint, bigint) to congchao_reader;

-- An officer acts through functions, which leave a row each.
grant select on site, site_seen, site_event, flag_decision, quarantine, report, cell_hour,
	measure_hour, dirty to congchao_officer;
grant execute on function area_add, site_add, site_edit, site_code, site_status, flag_decide,
	population_put, survey_put, roster_put, target_put, lesson_put, question_put, content_begin
	to congchao_officer;

grant select on all tables in schema congchao to congchao_auditor;

reset role;
grant congchao_reader to congchao_officer, congchao_auditor;
