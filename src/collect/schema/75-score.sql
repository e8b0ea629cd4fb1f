-- Intervals, as the gateway's `congchao stats` has them (src/ctl/score.c): shares are 0 to 1.

create function score_state(n bigint) returns text
language sql immutable parallel safe as $$
	select case when n < 30 then 'too few' when n < 100 then 'early'
	            when n < 400 then 'stable' else 'publishable' end
$$;

-- Wilson's interval of right of n, 95 %; nulls of nothing.
create function wilson(p_right bigint, p_n bigint, out low float8, out high float8)
language sql immutable parallel safe as $$
	select case p_right when 0 then 0 else (m - h) / d end,
	       case p_right when p_n then 1 else (m + h) / d end
	from (select nullif(p_n, 0)::float8 as n, 1.959964::float8 as z) a,
		lateral (select p_right / n as p) b,
		lateral (select p + z * z / (2 * n) as m,
		                z * sqrt(p * (1 - p) / n + z * z / (4 * n * n)) as h,
		                1 + z * z / n as d) c
	where n > 0
$$;

-- a - b with Newcombe's interval; together: how the two go together (0: other visitors).
create function newcombe(a_right bigint, a_n bigint, b_right bigint, b_n bigint,
                         together float8, out value float8, out low float8, out high float8)
language sql immutable parallel safe
begin atomic
	select p - q,
	       p - q - sqrt(greatest(0, (p - a.low) ^ 2 - 2 * together * (p - a.low) * (b.high - q)
	                                + (b.high - q) ^ 2)),
	       p - q + sqrt(greatest(0, (a.high - p) ^ 2 - 2 * together * (a.high - p) * (q - b.low)
	                                + (q - b.low) ^ 2))
	from wilson(a_right, a_n) a, wilson(b_right, b_n) b,
		lateral (select a_right / nullif(a_n, 0)::float8 as p, b_right / nullif(b_n, 0)::float8 as q) c
	where a_n > 0 and b_n > 0;
end;

-- phi of pairs right-right, right-wrong, wrong-right, wrong-wrong; its numerator brought
-- towards 0 by n / 2 where it is positive.
create function together(rr bigint, rw bigint, wr bigint, ww bigint) returns float8
language sql immutable parallel safe as $$
	select case when under <= 0 then 0
	            when o > 0 then greatest(o - n / 2, 0) / sqrt(under)
	            else o / sqrt(under) end
	from (select (rr + rw + wr + ww)::float8 as n, rr::float8 * ww - rw::float8 * wr as o,
	             (rr + rw)::float8 * (wr + ww) * (rr + wr) * (rw + ww) as under) a
$$;
