# syntax=docker/dockerfile:1
# The bundle and Node, and nothing else: no shell, no package manager, no root. See docs/install.md.
ARG NODE_IMAGE=docker.io/library/node:24-bookworm-slim
ARG RUNTIME_IMAGE=gcr.io/distroless/cc-debian12:nonroot

FROM ${NODE_IMAGE} AS build
WORKDIR /src
COPY package.json package-lock.json .npmrc ./
RUN --mount=type=cache,target=/root/.npm npm ci --ignore-scripts --no-audit --no-fund
COPY scripts scripts
COPY src src
RUN node scripts/build.mjs /app/dist

FROM ${RUNTIME_IMAGE}
LABEL org.opencontainers.image.title="Hikeshi" \
      org.opencontainers.image.description="Alert-driven ChatOps for Alertmanager, Slack and Kubernetes" \
      org.opencontainers.image.licenses="Apache-2.0"
COPY --from=build /usr/local/bin/node /usr/local/bin/node
COPY --from=build /app /app
WORKDIR /app
ENV NODE_ENV=production \
    HIKESHI_CONFIG=/etc/hikeshi/hikeshi.yaml
USER 65532:65532
EXPOSE 3000
STOPSIGNAL SIGTERM
# What serves is asked, on the address that it listens on, without a shell.
HEALTHCHECK --interval=15s --timeout=5s --start-period=15s --retries=3 \
  CMD ["/usr/local/bin/node", "-e", "require('node:http').get({ host: process.env.HOST || '127.0.0.1', port: process.env.PORT || 3000, path: '/health' }, (r) => process.exit(r.statusCode === 200 ? 0 : 1)).on('error', () => process.exit(1))"]
ENTRYPOINT ["/usr/local/bin/node", "/app/dist/hikeshi.js"]
CMD ["serve"]
