/* Between libFuzzer and each target (ld --wrap): counts what it was given, and says so in the end as the
 * fuzzer says its own numbers. */
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

int __real_LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int __wrap_LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static unsigned long long bytes_given;

int __wrap_LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    bytes_given += size;
    return __real_LLVMFuzzerTestOneInput(data, size);
}

__attribute__((destructor)) static void tell(void)
{
    fprintf(stderr, "stat::number_of_bytes_given: %llu\n", bytes_given);
}
