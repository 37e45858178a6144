-- Rates of currencies that the European Central Bank publishes none of: whose they are, as whoever loads them says. Empty: the bank's.
alter table rate_load add column source text not null default '' check (length(source) <= 200);
alter table exchange_rate add column source text not null default '' check (length(source) <= 200);
