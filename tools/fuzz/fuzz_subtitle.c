/* fuzz_subtitle.c - any bytes as a document of this kind. */
#include "document.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    return fuzz_document(data, size, SYRINX_DOCUMENT_SUBTITLES);
}
