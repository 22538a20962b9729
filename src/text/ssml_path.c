/* ssml_path.c - from the URIs of a document to files on this machine, and to nothing else. */
#include <stdlib.h>
#include <string.h>

#include "base/ascii.h"
#include "base/file.h"
#include "text/ssml_parts.h"

/* Length of "http:", "file:" …; 0 when there is none. */
static size_t scheme(const char *uri)
{
    size_t n = 0;
    while ((uri[n] >= 'a' && uri[n] <= 'z') || (uri[n] >= 'A' && uri[n] <= 'Z') || (n && ((uri[n] >= '0' && uri[n] <= '9') || strchr("+.-", uri[n])) && uri[n]))
        n++;
    return n > 1 && uri[n] == ':' ? n + 1 : 0;
}

/* (RFC 3986, 5.2, without the removal of "." and "..", which the file system does.) */
char *sx_ssml_resolve(const char *base, const char *uri)
{
    if (!base || scheme(uri) || uri[0] == '/')
        return strdup(uri);
    const char *slash = strrchr(base, '/');
    size_t folder = slash ? (size_t)(slash - base) + 1 : 0, n = strlen(uri);
    char *joined = malloc(folder + n + 1);
    if (joined) {
        memcpy(joined, base, folder);
        memcpy(joined + folder, uri, n + 1);
    }
    return joined;
}

static int hex(char c)
{
    return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* In place; a percent sign that two digits do not follow stays. False: a NUL. */
static bool decode(char *path)
{
    char *out = path;
    for (const char *in = path; *in; in++) {
        if (*in == '%' && hex(in[1]) >= 0 && hex(in[2]) >= 0) {
            if (!(*out++ = (char)(hex(in[1]) << 4 | hex(in[2]))))
                return false;
            in += 2;
        } else
            *out++ = *in;
    }
    *out = 0;
    return true;
}

char *sx_ssml_path(const char *folder, const char *base, const char *uri)
{
    char *whole = sx_ssml_resolve(base, uri);
    if (!whole)
        return NULL;
    char *path = whole;
    if (!sx_ascii_compare_n(path, "file:", 5)) {
        path += 5;
        if (!strncmp(path, "//", 2)) {
            path += 2;
            if (!sx_ascii_compare_n(path, "localhost/", 10))
                path += 9;
            else if (*path != '/')
                path = NULL;
        }
    } else if (scheme(path) || !strncmp(path, "//", 2))
        path = NULL;
    if (path && (!decode(path) || !*path))
        path = NULL;
    char *result = path ? *path == '/' || !folder ? strdup(path) : sx_path_join(*folder ? folder : ".", path) : NULL;
    free(whole);
    return result;
}
