/* Any bytes as a CSV file. */
#include "app/form/csv.h"
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct csv *csv = NULL;
    struct err e = csv_parse((const char *)data, size, &csv);
    if (err_is(&e))
        return 0;
    for (size_t row = 0; row < csv_rows(csv); row++)
        for (size_t column = 0; column < csv_columns(csv); column++)
            if (strlen(csv_cell(csv, row, column)) > 2 * size) /* GB18030 grows by half at most */
                abort();
    csv_destroy(&csv);
    return 0;
}
