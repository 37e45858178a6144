FROM rust:1.95-bookworm AS build
WORKDIR /src
COPY . .
RUN cargo build --locked --release --bin concert

FROM debian:bookworm-slim
# PostgreSQL's client programs make and read backups; the certificates are for mail over TLS.
RUN apt-get update \
    && apt-get install -y --no-install-recommends ca-certificates postgresql-client-15 \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --uid 10001 --user-group --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin concert \
    && install -d -o concert -g concert -m 0700 /backups /files
COPY --from=build /src/target/release/concert /usr/local/bin/concert
USER 10001
ENV CONCERT_LISTEN=0.0.0.0:8080
EXPOSE 8080
VOLUME ["/backups", "/files"]
HEALTHCHECK --interval=15s --timeout=5s --start-period=20s CMD ["concert", "healthcheck"]
ENTRYPOINT ["concert"]
CMD ["serve"]
