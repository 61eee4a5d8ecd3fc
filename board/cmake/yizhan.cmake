# The four words the CMakeLists of the folders are written in.

set(YIZHAN_ROOT ${CMAKE_CURRENT_LIST_DIR}/../..)
get_filename_component(YIZHAN_ROOT ${YIZHAN_ROOT} ABSOLUTE)

add_library(yizhan_flags INTERFACE)
target_include_directories(yizhan_flags INTERFACE ${YIZHAN_ROOT})
target_compile_definitions(yizhan_flags INTERFACE _GNU_SOURCE YIZHAN_VERSION="${PROJECT_VERSION}")
target_compile_options(yizhan_flags INTERFACE -Wall -Wextra -Wshadow -Wconversion -Wstrict-prototypes
    -Wmissing-prototypes -Wvla -fstack-protector-strong -fno-common
    $<$<C_COMPILER_ID:GNU>:-Wno-format-truncation>) # snprintf is how we cut on purpose
if(YIZHAN_WERROR)
    target_compile_options(yizhan_flags INTERFACE -Werror)
endif()
if(YIZHAN_SANITIZE)
    target_compile_options(yizhan_flags INTERFACE -fsanitize=address,undefined -fno-sanitize-recover=undefined -fno-omit-frame-pointer)
    target_link_options(yizhan_flags INTERFACE -fsanitize=address,undefined)
elseif(YIZHAN_TSAN)
    target_compile_options(yizhan_flags INTERFACE -fsanitize=thread)
    target_link_options(yizhan_flags INTERFACE -fsanitize=thread)
elseif(NOT YIZHAN_FUZZ)
    target_compile_definitions(yizhan_flags INTERFACE $<$<CONFIG:Release>:_FORTIFY_SOURCE=2>)
endif()

# yizhan_library(NAME SOURCES a.c b.c [LINKS lib ...] [PACKAGES pkgconfig-name ...])
# A static library named yz_NAME. LINKS and PACKAGES are PRIVATE: a user of the library sees its headers only.
function(yizhan_library name)
    cmake_parse_arguments(ARG "" "" "SOURCES;LINKS;PACKAGES" ${ARGN})
    add_library(yz_${name} STATIC ${ARG_SOURCES})
    target_link_libraries(yz_${name} PRIVATE yizhan_flags ${ARG_LINKS})
    yizhan_packages(yz_${name} ${ARG_PACKAGES})
endfunction()

# yizhan_program(NAME SOURCES main.c [LINKS ...] [PACKAGES ...]): a program in build/bin.
function(yizhan_program name)
    cmake_parse_arguments(ARG "" "" "SOURCES;LINKS;PACKAGES" ${ARGN})
    add_executable(${name} ${ARG_SOURCES})
    target_link_libraries(${name} PRIVATE yizhan_flags ${ARG_LINKS})
    yizhan_packages(${name} ${ARG_PACKAGES})
endfunction()

# yizhan_test(NAME SOURCES test.c [LINKS ...] [PACKAGES ...]): one cmocka program, one ctest entry.
function(yizhan_test name)
    cmake_parse_arguments(ARG "" "" "SOURCES;LINKS;PACKAGES" ${ARGN})
    add_executable(test_${name} ${ARG_SOURCES})
    set_target_properties(test_${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/tests)
    target_link_libraries(test_${name} PRIVATE yizhan_flags ${ARG_LINKS})
    target_compile_definitions(test_${name} PRIVATE YIZHAN_ROOT="${YIZHAN_ROOT}" YIZHAN_BUILD="${CMAKE_BINARY_DIR}")
    yizhan_packages(test_${name} cmocka ${ARG_PACKAGES})
    add_test(NAME ${name} COMMAND test_${name})
    # libgooglepinyin itself frees with delete what it made with new[], and keeps its dictionary.
    set_tests_properties(${name} PROPERTIES TIMEOUT 300 ENVIRONMENT
        "ASAN_OPTIONS=alloc_dealloc_mismatch=0;LSAN_OPTIONS=suppressions=${YIZHAN_ROOT}/tests/check/leaks.supp:print_suppressions=0")
endfunction()

# yizhan_fuzz(NAME SOURCES fuzz.c [LINKS ...]): a libFuzzer target fuzz_NAME with YIZHAN_FUZZ, else nothing. All of
# them are the target fuzzers.
function(yizhan_fuzz name)
    cmake_parse_arguments(ARG "" "" "SOURCES;LINKS;PACKAGES" ${ARGN})
    if(NOT YIZHAN_FUZZ)
        return()
    endif()
    add_executable(fuzz_${name} ${ARG_SOURCES} ${CMAKE_SOURCE_DIR}/tests/fuzz/count.c)
    set_target_properties(fuzz_${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/fuzz)
    target_link_libraries(fuzz_${name} PRIVATE yizhan_flags ${ARG_LINKS})
    target_link_options(fuzz_${name} PRIVATE -fsanitize=fuzzer -Wl,--wrap=LLVMFuzzerTestOneInput)
    yizhan_packages(fuzz_${name} ${ARG_PACKAGES})
    if(NOT TARGET fuzzers)
        add_custom_target(fuzzers)
    endif()
    add_dependencies(fuzzers fuzz_${name})
endfunction()

function(yizhan_packages target)
    foreach(package ${ARGN})
        string(MAKE_C_IDENTIFIER ${package} id)
        if(NOT TARGET PkgConfig::${id})
            pkg_check_modules(${id} REQUIRED IMPORTED_TARGET GLOBAL ${package})
        endif()
        target_link_libraries(${target} PRIVATE PkgConfig::${id})
    endforeach()
endfunction()
if(YIZHAN_FUZZ)
    target_compile_options(yizhan_flags INTERFACE -fsanitize=fuzzer-no-link,address,undefined -g)
    target_link_options(yizhan_flags INTERFACE -fsanitize=address,undefined)
endif()
