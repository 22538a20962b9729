/* ssml_lexicon.c - <lexicon> and <lookup>: the lexica of a document, by name, in front of one another. */
#include <stdlib.h>
#include <string.h>

#include "text/lexicon.h"
#include "text/ssml_parts.h"

void sx_ssml_forget_names(struct sx_ssml *ssml)
{
    for (int i = 0; i < ssml->name_count; i++)
        free(ssml->names[i].id);
    ssml->name_count = 0;
}

void sx_ssml_free_lexica(struct sx_ssml *ssml)
{
    for (int i = 0; i < ssml->lexicon_count; i++) {
        sx_lexicon_close(ssml->lexica[i].lexicon);
        free(ssml->lexica[i].path);
    }
    ssml->lexicon_count = 0;
}

/* NULL when there is no room. */
static struct sx_ssml_lexicon *slot(struct sx_ssml *ssml)
{
    if (ssml->lexicon_count == SX_SSML_LEXICA) {
        sx_ssml_warn(ssml, "more than %d lexica: this one is not used", SX_SSML_LEXICA);
        return NULL;
    }
    struct sx_ssml_lexicon *lexicon = &ssml->lexica[ssml->lexicon_count];
    memset(lexicon, 0, sizeof *lexicon);
    return lexicon;
}

/* A file is read once, and again when it changed; takes `path`. */
static struct sx_lexicon *load(struct sx_ssml *ssml, char *path)
{
    struct sx_error error;
    for (int i = ssml->lexicon_count; i--;)
        if (ssml->lexica[i].path && !strcmp(ssml->lexica[i].path, path) && !sx_lexicon_changed(ssml->lexica[i].lexicon)) {
            free(path);
            return ssml->lexica[i].lexicon;
        }
    struct sx_ssml_lexicon *lexicon = slot(ssml);
    if (!lexicon || sx_lexicon_open(path, &lexicon->lexicon, &error) < 0) {
        if (lexicon)
            sx_ssml_warn(ssml, "<lexicon>: %s", error.message);
        free(path);
        return NULL;
    }
    lexicon->path = path;
    ssml->lexicon_count++;
    return lexicon->lexicon;
}

/* `first` is asked before `second`. */
static const struct sx_lexicon *join(struct sx_ssml *ssml, const struct sx_lexicon *first, const struct sx_lexicon *second)
{
    struct sx_error error;
    if (!first || !second || first == second)
        return first ? first : second;
    for (int i = 0; i < ssml->lexicon_count; i++)
        if (ssml->lexica[i].first == first && ssml->lexica[i].second == second)
            return ssml->lexica[i].lexicon;
    struct sx_ssml_lexicon *both = slot(ssml);
    if (!both)
        return second;
    if (sx_lexicon_join(first, second, &both->lexicon, &error) < 0) {
        sx_xml_fail_with(&ssml->xml, &error);
        return second;
    }
    both->first = first;
    both->second = second;
    ssml->lexicon_count++;
    return both->lexicon;
}

/* One with a name waits for <lookup>, one without holds for the whole document, as in SSML 1.0. */
void sx_ssml_load_lexicon(struct sx_ssml *ssml, const struct sx_ssml_frame *frame, const char **attributes)
{
    const char *uri = sx_xml_attribute(attributes, "uri"), *id = sx_xml_attribute(attributes, "xml:id");
    if (!uri || !*uri) {
        sx_ssml_warn(ssml, "<lexicon> lacks uri");
        return;
    }
    char *path = ssml->folder ? sx_ssml_path(ssml->folder, frame->base, uri) : NULL;
    if (!path) {
        sx_ssml_warn(ssml, ssml->folder ? "<lexicon uri=\"%.60s\"> is not a file on this machine" : "<lexicon uri=\"%.60s\">: files are not read here", uri);
        return;
    }
    struct sx_lexicon *lexicon = load(ssml, path);
    if (!lexicon)
        return;
    if (id) {
        if (ssml->name_count == SX_SSML_NAMES) {
            sx_ssml_warn(ssml, "more than %d lexica have names: this one is not used", SX_SSML_NAMES);
            return;
        }
        struct sx_ssml_name *name = &ssml->names[ssml->name_count];
        name->lexicon = lexicon;
        if (!(name->id = strdup(id)))
            sx_ssml_no_memory(ssml);
        else
            ssml->name_count++;
        return;
    }
    for (int i = 0; i < ssml->count; i++)
        ssml->frames[i].style.lexicon = join(ssml, ssml->frames[i].style.lexicon, lexicon);
    ssml->style_due = true;
}

const struct sx_lexicon *sx_ssml_look_up(struct sx_ssml *ssml, const char *id, const struct sx_lexicon *outer)
{
    for (int i = 0; i < ssml->name_count; i++)
        if (!strcmp(ssml->names[i].id, id))
            return join(ssml, ssml->names[i].lexicon, outer);
    sx_ssml_warn(ssml, "<lookup ref=\"%.40s\">: there is no such lexicon", id);
    return NULL;
}
