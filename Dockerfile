# topsim as an image: one static binary and nothing else. `docker build -t topsim .` makes it; `podman build` and
# `buildah bud` take the same file. The platform is the builder's own unless --platform says otherwise; the compiler
# runs on the builder's, so that arm64 needs no emulation.
ARG GO_IMAGE=docker.io/library/golang:1.26-bookworm
FROM --platform=${BUILDPLATFORM:-linux/amd64} ${GO_IMAGE} AS build
ARG TARGETOS
ARG TARGETARCH
ARG VERSION
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY . .
# The root file system is put together here, because COPY keeps modes and owners. The empty folders are for mounting.
# The tags drop what topsim does without, as in the Makefile.
RUN CGO_ENABLED=0 GOOS=${TARGETOS:-linux} GOARCH=${TARGETARCH:-$(go env GOARCH)} GOFLAGS=-buildvcs=false \
      go build -tags nomsgpack,nethttpomithttp2 -trimpath -ldflags="-s -w -X main.release=${VERSION}" -o /rootfs/topsim ./cmd/topsim \
 && mkdir -p /rootfs/fixtures /rootfs/scenarios \
 && chmod 0555 /rootfs/topsim /rootfs/fixtures /rootfs/scenarios

FROM scratch
COPY --from=build /rootfs/ /
# TOPSIM_DATA makes /fixtures and /scenarios count; see `topsim serve --help`.
ENV TOPSIM_ADDR=0.0.0.0:8620 TOPSIM_ADMIN_ADDR=0.0.0.0:8621 TOPSIM_DATA=/
USER 65532:65532
EXPOSE 8620 8621
STOPSIGNAL SIGTERM
# No start period: with one, Docker asks only every five seconds while it lasts, and topsim is ready within one.
HEALTHCHECK --interval=1s --timeout=2s --retries=10 CMD ["/topsim", "health"]
ENTRYPOINT ["/topsim"]
CMD ["serve"]
