#include "document/parts.h"
int sx_epub_read(struct sx_document *document, const char *bytes, size_t length, struct sx_error *error)
{
    (void)document,(void)bytes,(void)length;
    return sx_fail(error, SYRINX_ERROR_UNSUPPORTED, "soon");
}
