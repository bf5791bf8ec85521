#include "server/engine_words.h"

#include <string.h>

#define ASK PGS_ENGINE_ASK
#define PULL PGS_ENGINE_PULL
#define RUN PGS_ENGINE_RUN
#define SERVER PGS_ENGINE_SERVER
#define ENGINE (ASK | PULL | RUN)

#define NOT_FOUND PGS_SERVER_ERROR_NOT_FOUND
#define START PGS_SERVER_ERROR_START
#define SPEC PGS_SERVER_ERROR_SPEC
#define SHORTAGE PGS_SERVER_ERROR_SHORTAGE

/* Without a registry. */
#define HINT_BUILD                                                                                 \
    "name one that is here ({engine}=IMAGE; \"{engine} images\" lists them), or make one from "    \
    "Debian's packages: ci/images/build VERSION --engine {engine}"
#define HINT_CONTRACT "it must be one that keeps the contract of the official image \"postgres\""
#define HINT_TMPFS                                                                                 \
    "the data lie in memory: PGSTAIR_CONTAINER_TMPFS sets their limit (\"2g\"), or puts them on "  \
    "the engine's disk (\"off\"); \"{engine} system df\" tells what fills that"

/*
 * In the order in which they are looked for: the first that fits says more than the later ones.
 * docker's words are those of versions 20.10 to 28, podman's of 4 and 5.
 */
static const PgsEngineWords rows[] = {
    /* Is there an engine, and may we? */
    {"*permission denied while trying to connect*", ENGINE, NOT_FOUND,
     "this user has no permission to talk to {engine}{where}",
     "whom the socket's group lets in may: sudo usermod -aG docker \"$USER\", then log in again; "
     "or "
     "use podman, which needs no such right"},
    {"*docker.sock*permission denied*", ENGINE, NOT_FOUND,
     "this user has no permission to talk to {engine}{where}",
     "whom the socket's group lets in may: sudo usermod -aG docker \"$USER\", then log in again; "
     "or "
     "use podman, which needs no such right"},
    {"*dial unix*permission denied*", ENGINE, NOT_FOUND,
     "this user has no permission to talk to {engine}{where}",
     "the socket's group must be one of this user's"},
    {"*cannot connect to the docker daemon*", ENGINE, NOT_FOUND,
     "no {engine} engine answers{where}",
     "start it (sudo systemctl start docker), or name another in DOCKER_HOST"},
    {"*failed to connect to the docker api*", ENGINE, NOT_FOUND,
     "no {engine} engine answers{where}",
     "start it (sudo systemctl start docker), or name another in DOCKER_HOST"},
    {"*error during connect*", ENGINE, NOT_FOUND, "no {engine} engine answers{where}",
     "start it (sudo systemctl start docker), or name another in DOCKER_HOST"},
    {"*cannot connect to podman*", ENGINE, NOT_FOUND, "no {engine} engine answers{where}",
     "start it (podman machine start), or unset CONTAINER_HOST"},
    {"*unable to parse docker host*", ENGINE, NOT_FOUND, "DOCKER_HOST names no engine",
     "as in unix:///var/run/docker.sock or tcp://HOST:2375"},
    {"*request returned*for api route*", ENGINE, NOT_FOUND,
     "what answers there is no {engine} engine, or one that is too old{where}",
     "look at DOCKER_HOST, or at docker's context: does it name the engine, or a proxy before it? "
     "pgstair works with docker 20.10 and later"},
    {"*unable to resolve docker endpoint*", ENGINE, NOT_FOUND,
     "{engine}'s context names no engine{where}",
     "\"docker context ls\" lists those that there are"},
    {"*context*not found*", ASK | RUN, NOT_FOUND, "{engine}'s context names no engine{where}",
     "\"docker context ls\" lists those that there are"},
    {"*client version*is too*", ENGINE, NOT_FOUND, "{engine}'s program and engine do not fit",
     "bring the older of the two up to date, or set DOCKER_API_VERSION"},
    {"*client is newer than server*", ENGINE, NOT_FOUND, "{engine}'s program and engine do not fit",
     "bring the older of the two up to date, or set DOCKER_API_VERSION"},
    {"*unknown flag*", ENGINE, NOT_FOUND, "{engine} is too old",
     "pgstair works with docker 20.10 and podman 4 and later"},

    /* The image. */
    {"*invalid reference format*", ENGINE, SPEC, "\"{subject}\" is no image's name",
     "as in docker=postgres:15 or docker=registry.example/team/postgres:15"},
    {"*must be lowercase*", ENGINE, SPEC, "\"{subject}\" is no image's name",
     "as in docker=postgres:15 or docker=registry.example/team/postgres:15"},
    {"*no space left on device*", PULL, START, "there is no room for the image \"{subject}\"",
     "\"{engine} system df\" tells what fills the engine's disk"},
    {"*no matching manifest*", PULL, NOT_FOUND,
     "the image \"{subject}\" is not made for this machine's kind of processor", HINT_BUILD},
    {"*no image found in*for architecture*", PULL, NOT_FOUND,
     "the image \"{subject}\" is not made for this machine's kind of processor", HINT_BUILD},
    {"*toomanyrequests*", PULL, NOT_FOUND,
     "the registry gives no more images for now (\"{subject}\")",
     "log in ({engine} login) for a higher limit, or " HINT_BUILD},
    {"*x509*", PULL, NOT_FOUND, "the registry's certificate is not trusted (\"{subject}\")",
     "make its authority known to the engine, or " HINT_BUILD},
    {"*server gave http response*", PULL, NOT_FOUND, "the registry speaks no TLS (\"{subject}\")",
     "list it under the engine's insecure registries, or " HINT_BUILD},
    {"*not look like a tls handshake*", PULL, NOT_FOUND,
     "the registry speaks no TLS (\"{subject}\")",
     "list it under the engine's insecure registries, or " HINT_BUILD},
    {"*no such host*", PULL, NOT_FOUND,
     "the image \"{subject}\" is not here, and its registry cannot be reached", HINT_BUILD},
    {"*name resolution*", PULL, NOT_FOUND,
     "the image \"{subject}\" is not here, and its registry cannot be reached", HINT_BUILD},
    {"*server misbehaving*", PULL, NOT_FOUND,
     "the image \"{subject}\" is not here, and its registry cannot be reached", HINT_BUILD},
    {"*dial tcp*", PULL, NOT_FOUND,
     "the image \"{subject}\" is not here, and its registry cannot be reached", HINT_BUILD},
    {"*client.timeout*", PULL, NOT_FOUND,
     "the image \"{subject}\" is not here, and its registry does not answer", HINT_BUILD},
    {"*context deadline exceeded*", PULL, NOT_FOUND,
     "the image \"{subject}\" is not here, and its registry does not answer", HINT_BUILD},
    {"*timeout*", PULL, NOT_FOUND,
     "the image \"{subject}\" is not here, and its registry does not answer", HINT_BUILD},
    {"*proxyconnect*", PULL, NOT_FOUND,
     "the image \"{subject}\" is not here, and its registry cannot be reached", HINT_BUILD},
    {"*manifest unknown*", PULL, NOT_FOUND,
     "the registry has no image \"{subject}\": the tag is not known there", HINT_BUILD},
    {"*manifest for*not found*", PULL, NOT_FOUND,
     "the registry has no image \"{subject}\": the tag is not known there", HINT_BUILD},
    {"*name unknown*", PULL, NOT_FOUND, "the registry has no image \"{subject}\"", HINT_BUILD},
    {"*pull access denied*", PULL, NOT_FOUND,
     "there is no image \"{subject}\", or it takes a login",
     "look at its name; log in to its registry ({engine} login); or " HINT_BUILD},
    {"*access to the resource is denied*", PULL, NOT_FOUND,
     "there is no image \"{subject}\", or it takes a login",
     "look at its name; log in to its registry ({engine} login); or " HINT_BUILD},
    {"*unauthorized*", PULL, NOT_FOUND, "the registry wants a login for \"{subject}\"",
     "{engine} login REGISTRY; or " HINT_BUILD},
    {"*no basic auth credentials*", PULL, NOT_FOUND, "the registry wants a login for \"{subject}\"",
     "{engine} login REGISTRY; or " HINT_BUILD},
    {"*authentication required*", PULL, NOT_FOUND, "the registry wants a login for \"{subject}\"",
     "{engine} login REGISTRY; or " HINT_BUILD},
    {"*short-name*did not resolve*", PULL, NOT_FOUND,
     "podman does not know which registry has \"{subject}\"",
     "write its whole name (docker.io/library/…), or " HINT_BUILD},
    {"*not found*", PULL, NOT_FOUND, "the registry has no image \"{subject}\"", HINT_BUILD},
    {"*no such image*", ASK | RUN, NOT_FOUND, "there is no image \"{subject}\" here", HINT_BUILD},
    {"*unable to find image*", RUN, NOT_FOUND, "there is no image \"{subject}\" here", HINT_BUILD},
    {"*image not known*", ASK | RUN, NOT_FOUND, "there is no image \"{subject}\" here", HINT_BUILD},
    {"*platform*does not match the*", RUN, NOT_FOUND,
     "the image \"{subject}\" is not made for this machine's kind of processor",
     "take one of this machine's, or make one: ci/images/build VERSION --engine {engine}"},
    {"*exec format error*", RUN, START, "this machine cannot run the program of \"{subject}\"",
     "is it a script without #!, or made for another kind of processor? (\"{engine} image "
     "inspect\" tells its Architecture)"},

    /* The port. */
    {"*cannot assign requested address*", RUN, START,
     "the container's port cannot be published: the engine's machine does not have the address "
     "at which DOCKER_HOST names it",
     "name the engine by an address of its own machine in DOCKER_HOST (no address translation, no "
     "forwarded port in between), or run pgstair there"},
    {"*port is already allocated*", RUN, START, "the container's port cannot be published",
     "every port that the engine may give is taken: end what holds them (\"{engine} ps\")"},
    {"*all ports are allocated*", RUN, START, "the container's port cannot be published",
     "every port that the engine may give is taken: end what holds them (\"{engine} ps\"), or "
     "widen "
     "net.ipv4.ip_local_port_range"},
    {"*address already in use*", RUN, START, "the container's port cannot be published",
     "every port that the engine may give is taken: end what holds them (\"{engine} ps\")"},
    {"*iptables*", RUN, START,
     "the container's port cannot be published: the engine cannot set up the firewall",
     "restart the engine, which makes its chains anew; it needs iptables or nftables and the "
     "rights "
     "to use them"},
    {"*nftables*", RUN, START,
     "the container's port cannot be published: the engine cannot set up the firewall",
     "restart the engine; it needs nftables and the rights to use them"},
    {"*external connectivity*", RUN, START, "the container's port cannot be published",
     "\"{engine} run --rm -p 127.0.0.1::5432 IMAGE\" fails alike: look at the engine's log"},
    {"*available*address pool*", RUN, START, "the engine has no network address left",
     "remove networks that nobody uses: {engine} network prune"},
    {"*no available ip*", RUN, START, "the engine has no network address left",
     "end containers that nobody uses (\"{engine} ps\")"},
    {"*network bridge not found*", RUN, START, "the engine has no bridge network",
     "it was started with --bridge=none, and cannot publish a port"},
    {"*slirp4netns*", RUN, START, "podman cannot set up the container's network",
     "install slirp4netns, or passt for newer versions"},
    {"*pasta*", RUN, START, "podman cannot set up the container's network",
     "install passt (or slirp4netns for older versions)"},
    {"*netavark*", RUN, START, "podman cannot set up the container's network",
     "it needs netavark and the rights to use iptables or nftables"},
    {"*cni*", RUN, START, "podman cannot set up the container's network",
     "it needs the CNI plugins (Debian: containernetworking-plugins) or netavark"},

    /* The container. */
    {"*error waiting for container*", RUN, PGS_SERVER_ERROR_GONE,
     "the {engine} engine has ended in the midst of things",
     "start it again; should the container be left, the next start removes it (or: pgstair server "
     "sweep)"},
    {"*rlimit*", RUN, START, "{engine} may not set the container's limits",
     "the engine's own limits (ulimit -n, ulimit -u) are lower than those it gives: set "
     "default_ulimits in containers.conf to what \"ulimit -Hn\" and \"ulimit -Hu\" say"},
    {"*no subuid ranges*", ENGINE, NOT_FOUND, "podman cannot run containers as this user",
     "give it ids: sudo usermod --add-subuids 100000-165535 --add-subgids 100000-165535 \"$USER\""},
    {"*insufficient uids or gids*", ENGINE, NOT_FOUND, "podman cannot use the image as this user",
     "give it ids: sudo usermod --add-subuids 100000-165535 --add-subgids 100000-165535 \"$USER\", "
     "then podman system migrate"},
    {"*cannot set up namespace*", ENGINE, NOT_FOUND, "podman cannot run containers as this user",
     "it needs newuidmap (Debian: uidmap) and ids in /etc/subuid and /etc/subgid"},
    {"*newuidmap*", ENGINE, NOT_FOUND, "podman cannot run containers as this user",
     "it needs newuidmap (Debian: uidmap) and ids in /etc/subuid and /etc/subgid"},
    {"*default oci runtime*not found*", ENGINE, NOT_FOUND, "podman has no runtime",
     "install crun or runc, or name one in containers.conf"},
    {"*cgroup*", RUN, START, "the engine cannot set up the container's control group",
     "\"{engine} run --rm IMAGE true\" fails alike: cgroups must be mounted and writable for it"},
    {"*no space left on device*", RUN | SERVER, SHORTAGE, "there is no space left for the data",
     HINT_TMPFS},
    {"*disk quota exceeded*", RUN | SERVER, SHORTAGE, "there is no space left for the data",
     HINT_TMPFS},
    {"*invalid tmpfs option*", RUN, SPEC, "the engine does not take the data's size",
     "PGSTAIR_CONTAINER_TMPFS is as in \"512m\" or \"2g\", or \"off\""},
    {"*executable file not found*", RUN, START,
     "the image \"{subject}\" lacks the program that it starts with", HINT_CONTRACT},
    {"*no command specified*", RUN, START, "the image \"{subject}\" starts no program",
     HINT_CONTRACT},
    {"*unrecognized configuration parameter*", SERVER, START,
     "the server does not know one of its settings",
     "a version from another year, or an extension that is not loaded: see settings: in "
     "pgstair.yaml"},
    {"*could not access file*no such file*", SERVER, START,
     "the image \"{subject}\" lacks a library that the server is to load",
     "name an image that has it (image: in pgstair.yaml, docker=IMAGE), or leave it out of "
     "shared_preload_libraries"},
    {"*invalid value for parameter*", SERVER, START, "the server refuses one of its settings",
     "see settings: in pgstair.yaml"},
    {"*superuser password is not specified*", SERVER, START,
     "the image \"{subject}\" did not get its password", NULL},
    {"*invalid locale name*", SERVER, START, "the image \"{subject}\" lacks the locale",
     "name an image that has it, or make one: RUN localedef …"},
    {"*could not resize shared memory*", SERVER, SHORTAGE,
     "the container's shared memory is too small", NULL},
    {"*cannot allocate memory*", RUN | SERVER, SHORTAGE, "there is not enough memory",
     "end what takes it, or give the engine more"},
    {"*could not map anonymous shared memory*", SERVER, SHORTAGE, "there is not enough memory",
     "shared_buffers in settings: asks for more than there is"},
    {"*read-only file system*", RUN | SERVER, START,
     "the container cannot write where its data are to be",
     "look at the image's PGDATA and VOLUME"},
    {"*database files are incompatible with server*", SERVER, START,
     "the data in the image \"{subject}\" are another version's", NULL},
    {"*has invalid permissions*", SERVER, START, "the server refuses its data folder's permissions",
     "look at the image's PGDATA, VOLUME and USER"},
    {"*has wrong ownership*", SERVER, START, "the server refuses its data folder's owner",
     "look at the image's PGDATA, VOLUME and USER"},
    {"*oci runtime*", RUN, START, "the engine could not start the container",
     "\"{engine} run --rm IMAGE true\" shows whether it can start any"},
    {"*crun*", RUN, START, "the engine could not start the container",
     "\"{engine} run --rm IMAGE true\" shows whether it can start any"},
    {"*", PULL, NOT_FOUND, "the image \"{subject}\" could not be fetched", HINT_BUILD},
};

gboolean
pgs_engine_words_match(const PgsEngineWords *row, const char *text)
{
    g_autofree char *lower = g_ascii_strdown(text, -1);
    return g_pattern_match_simple(row->words, lower);
}

const PgsEngineWords *
pgs_engine_words_find(const char *text, PgsEngineTask task)
{
    g_autofree char *lower = g_ascii_strdown(text, -1);
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        if ((rows[i].tasks & (int)task) != 0 && g_pattern_match_simple(rows[i].words, lower))
            return &rows[i];
    }
    return NULL;
}

char *
pgs_engine_words_fill(const char *text, const char *engine, const char *subject, const char *where)
{
    if (text == NULL)
        return NULL;
    GString *filled = g_string_new(text);
    g_string_replace(filled, "{engine}", engine, 0);
    g_string_replace(filled, "{where}", where != NULL ? where : "", 0);
    g_string_replace(filled, "{subject}", subject != NULL ? subject : "", 0);
    return g_string_free(filled, FALSE);
}
