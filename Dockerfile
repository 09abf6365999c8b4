# The service in a container. docs/deploying.md tells how to run it, compose.yaml is an example.

FROM node:26.10.0-slim AS dependencies
WORKDIR /foyer
COPY package.json package-lock.json ./
COPY sdk/package.json sdk/
COPY server/package.json server/
# Without the repository's own Node and tools. Nothing that the service needs has an install script.
RUN npm ci --omit=dev --workspace server --ignore-scripts --no-audit --no-fund

FROM node:26.10.0-slim AS build
WORKDIR /foyer
COPY package.json package-lock.json tsconfig.json ./
COPY sdk/package.json sdk/
COPY server/package.json server/
COPY console/package.json console/
RUN npm ci --workspace server --workspace console --ignore-scripts --no-audit --no-fund
COPY sdk/src sdk/src/
COPY console/index.html console/tsconfig.json console/vite.config.ts console/
COPY console/public console/public/
COPY console/src console/src/
COPY server/src server/src/
RUN npm run build --workspace server --workspace console

FROM node:26.10.0-slim
WORKDIR /foyer
COPY --from=dependencies /foyer/node_modules node_modules/
COPY LICENSE ./
COPY sdk/package.json sdk/
COPY sdk/src sdk/src/
COPY server/package.json server/
COPY server/bin server/bin/
COPY server/src server/src/
COPY --from=build /foyer/server/dist server/dist/
COPY --from=build /foyer/console/dist console/dist/
# `foyer` runs with the flags of Node that the first line of foyer.js gives it.
RUN ln -s /foyer/server/bin/foyer.js /usr/local/bin/foyer && mkdir /data && chown node:node /data

ENV HOST=0.0.0.0 DATABASE_URL=sqlite:/data/foyer.db IMPORT_DIR=/data/imports
# The database, when it is SQLite, and files that are being imported. Beside it only /tmp is written to: what Node has
# compiled, for the next start.
VOLUME /data
USER node
EXPOSE 8080
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT || 8080}/health/ready`).then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
ENTRYPOINT ["foyer"]
CMD ["serve"]
