#include "app/journey/store_port.h"

#include "board/base/wipe.h"

#include <stdlib.h>

void store_request_finish(struct store_request *request)
{
    save_request_destroy(&request->save);
    buf_finish(&request->draft);
    wipe(request, sizeof *request);
}

void store_answer_finish(struct store_answer *answer)
{
    catalogue_destroy(&answer->catalogue);
    free(answer->cases);
    buf_finish(&answer->kept);
    wipe(answer, sizeof *answer);
}
