/* Any text as an expression on a small form: it is refused or evaluated, within its budget, and nothing else
 * happens. */
#include "app/form/xpath_text.h"
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char FORM[] =
    "<h:html xmlns='http://www.w3.org/2002/xforms' xmlns:h='http://www.w3.org/1999/xhtml'><h:head><model>"
    "<itext><translation lang='zh'><text id='a'><value>你好</value></text></translation></itext>"
    "<instance><data id='f'><a>7</a><b>2020-02-29</b><r><n>1</n><s>x y</s></r><r><n>2</n><s/></r>"
    "<g>1 2;3 4;5 6;1 2</g><t a='1'>一<i/>二</t></data></instance>"
    "<instance id='l'><root><item><k>x</k><v>1</v></item><item><k>y</k><v>2</v></item></root></instance>"
    "</model></h:head></h:html>";

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct xpath_answer *answer = NULL;
    char *text = malloc(size + 1);
    if (text == NULL)
        return 0;
    memcpy(text, data, size);
    text[size] = '\0';
    struct xpath_request request = {.expr = text,
                                    .xml = FORM,
                                    .xml_length = sizeof FORM - 1,
                                    .context = "/data/r[1]/n",
                                    .now_ms = 1795312800000,
                                    .steps = 100000,
                                    .seed = 7};
    struct err err = xpath_answer_create(&request, &answer);
    if (err_is(&err) && err.text[0] == '\0')
        abort(); /* an error says what is wrong */
    xpath_answer_destroy(&answer);
    free(text);
    return 0;
}
