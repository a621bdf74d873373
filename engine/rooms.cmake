# How a room of the house becomes a target: one target per folder, with an explicit list of what
# it uses.
# slipring_room(codecs/rle SOURCES a.cpp USES codecs/kernels LIBRARIES hwy) -> target codecs_rle

find_package(PkgConfig REQUIRED)
find_package(Threads REQUIRED)

add_library(slipring_options INTERFACE)
target_include_directories(slipring_options INTERFACE ${CMAKE_SOURCE_DIR})
target_compile_definitions(slipring_options INTERFACE
  HWY_WANT_AVX3_DL $<$<BOOL:${SLIPRING_SCALAR}>:HWY_COMPILE_ONLY_SCALAR>
  "$<$<BOOL:${SLIPRING_FEWER_TARGETS}>:HWY_DISABLED_TARGETS=(HWY_SSSE3|HWY_SSE4|HWY_AVX3)>"
  SLIPRING_VERSION="${PROJECT_VERSION}")
target_compile_options(slipring_options INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wno-sign-conversion
  $<$<CXX_COMPILER_ID:GNU>:-Wno-psabi> $<$<CXX_COMPILER_ID:GNU>:-Wno-restrict>
  -fstack-protector-strong
  $<$<AND:$<CONFIG:Release>,$<CXX_COMPILER_ID:GNU>>:-ftrivial-auto-var-init=zero>
  $<$<CONFIG:Release>:-U_FORTIFY_SOURCE> $<$<CONFIG:Release>:-D_FORTIFY_SOURCE=2>)
target_link_options(slipring_options INTERFACE -Wl,-z,relro,-z,now)

function(slipring_target_name folder result)
  string(REPLACE "/" "_" name ${folder})
  set(${result} ${name} PARENT_SCOPE)
endfunction()

function(slipring_link target kind)
  foreach(folder IN LISTS ARGN)
    slipring_target_name(${folder} used)
    target_link_libraries(${target} ${kind} ${used})
  endforeach()
endfunction()

# With SLIPRING_JOINED: engine/units.py says which sources of a target one unit may have.
function(slipring_may_join target)
  get_target_property(sources ${target} SOURCES)
  list(TRANSFORM sources PREPEND ${CMAKE_CURRENT_SOURCE_DIR}/)
  string(REPLACE ";" "|" sources "${sources}")  # a path may have blanks
  set_property(GLOBAL APPEND PROPERTY slipring_may_join "${target}|${sources}")
endfunction()

function(slipring_join)
  get_property(targets GLOBAL PROPERTY slipring_may_join)
  execute_process(COMMAND python3 ${CMAKE_SOURCE_DIR}/engine/units.py ${targets}
    OUTPUT_VARIABLE units OUTPUT_STRIP_TRAILING_WHITESPACE COMMAND_ERROR_IS_FATAL ANY)
  string(REPLACE "\n" ";" units "${units}")
  foreach(unit IN LISTS units)
    string(REPLACE "|" ";" unit "${unit}")
    list(POP_FRONT unit target)
    list(GET unit 0 first)
    cmake_path(RELATIVE_PATH first BASE_DIRECTORY ${CMAKE_SOURCE_DIR})
    string(MAKE_C_IDENTIFIER ${first} name)
    set_source_files_properties(${unit} TARGET_DIRECTORY ${target} PROPERTIES UNITY_GROUP ${name})
    set_target_properties(${target} PROPERTIES UNITY_BUILD ON UNITY_BUILD_MODE GROUP)
    # GCC takes for a header what is not the main file, and warns of what a header must not have.
    target_compile_options(${target} PRIVATE
      $<$<CXX_COMPILER_ID:GNU>:-Wno-subobject-linkage>)
  endforeach()
endfunction()

function(slipring_room folder)
  cmake_parse_arguments(ROOM "" "" "SOURCES;USES;LIBRARIES" ${ARGN})
  slipring_target_name(${folder} target)
  if(ROOM_SOURCES)
    add_library(${target} STATIC ${ROOM_SOURCES})
    target_link_libraries(${target} PUBLIC slipring_options PRIVATE ${ROOM_LIBRARIES})
    slipring_link(${target} PUBLIC ${ROOM_USES})
    slipring_may_join(${target})
  else()
    add_library(${target} INTERFACE)
    target_link_libraries(${target} INTERFACE slipring_options ${ROOM_LIBRARIES})
    slipring_link(${target} INTERFACE ${ROOM_USES})
  endif()
endfunction()

# Nothing in this room is hot, and templates of CLI11, JSON and std::function take up to twice as
# long to optimise.
function(slipring_cold folder)
  slipring_target_name(${folder} target)
  target_compile_options(${target} PRIVATE $<$<CONFIG:Release>:-O1>)
endfunction()

# slipring_test(scan_test SOURCES scan_test.cpp USES engine/scan [LIBRARIES ...] [LABELS ...])
function(slipring_test name)
  cmake_parse_arguments(TEST "" "TIMEOUT" "SOURCES;USES;LIBRARIES;LABELS" ${ARGN})
  if(NOT SLIPRING_TESTS)
    return()
  endif()
  add_executable(${name} ${TEST_SOURCES})
  # What is tested is optimised; tests themselves take longer to optimise than to run.
  target_compile_options(${name} PRIVATE $<$<CONFIG:Release>:-O1>)
  target_compile_definitions(${name} PRIVATE SLIPRING_SOURCE_DIR="${CMAKE_SOURCE_DIR}"
    SLIPRING_BINARY_DIR="${CMAKE_BINARY_DIR}")
  target_link_libraries(${name} PRIVATE slipring_options GTest::gtest GTest::gtest_main
    ${TEST_LIBRARIES})
  slipring_link(${name} PRIVATE ${TEST_USES})
  if(NOT TEST_TIMEOUT)
    set(TEST_TIMEOUT 300)
  endif()
  slipring_may_join(${name})
  gtest_discover_tests(${name} DISCOVERY_MODE PRE_TEST
    PROPERTIES TIMEOUT ${TEST_TIMEOUT} LABELS "${TEST_LABELS}")
endfunction()

# slipring_fuzz(scan SOURCES scan_fuzz.cpp USES engine/scan): fuzz_scan; its corpus is
# tests/fuzz/corpus/scan.
# Without SLIPRING_FUZZ the target replays its corpus and runs as an ordinary test.
function(slipring_fuzz name)
  cmake_parse_arguments(FUZZ "" "" "SOURCES;USES;LIBRARIES" ${ARGN})
  set(target fuzz_${name})
  set(corpus ${CMAKE_SOURCE_DIR}/tests/fuzz/corpus/${name})
  add_executable(${target} ${FUZZ_SOURCES})
  target_link_libraries(${target} PRIVATE slipring_options ${FUZZ_LIBRARIES})
  slipring_link(${target} PRIVATE ${FUZZ_USES})
  if(SLIPRING_FUZZ)
    target_link_options(${target} PRIVATE -fsanitize=fuzzer)
  else()
    if(NOT TARGET replay_main)
      add_library(replay_main OBJECT ${CMAKE_SOURCE_DIR}/tests/fuzz/replay_main.cpp)
      target_link_libraries(replay_main PRIVATE slipring_options)
    endif()
    target_link_libraries(${target} PRIVATE replay_main)
    add_test(NAME fuzz_replay.${name} COMMAND ${target} ${corpus})
  endif()
endfunction()

# slipring_bench(rle_bench SOURCES rle_bench.cpp USES codecs/rle [LIBRARIES ...])
function(slipring_bench name)
  cmake_parse_arguments(BENCH "" "" "SOURCES;USES;LIBRARIES" ${ARGN})
  add_executable(${name} ${BENCH_SOURCES})
  target_compile_definitions(${name} PRIVATE SLIPRING_SOURCE_DIR="${CMAKE_SOURCE_DIR}")
  target_link_libraries(${name} PRIVATE slipring_options benchmark::benchmark ${BENCH_LIBRARIES})
  slipring_link(${name} PRIVATE ${BENCH_USES})
endfunction()
