# The flags that every target of ours gets, as a target and not as globals.
add_library(datombench_flags INTERFACE)
target_compile_features(datombench_flags INTERFACE cxx_std_20)
target_include_directories(datombench_flags INTERFACE ${PROJECT_SOURCE_DIR})
target_compile_options(datombench_flags INTERFACE -Wall -Wextra -Wpedantic -Wshadow -Wnon-virtual-dtor)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
  # gcc 12 warns of its own std::string (GCC bug 105651).
  target_compile_options(datombench_flags INTERFACE -Wno-restrict)
endif()
if(DATOMBENCH_WARNINGS_AS_ERRORS)
  target_compile_options(datombench_flags INTERFACE -Werror)
endif()
if(DATOMBENCH_SANITIZE)
  target_compile_options(datombench_flags INTERFACE
    -fsanitize=${DATOMBENCH_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    # gcc 12 sees values that may be uninitialised in what the sanitizers put between.
    target_compile_options(datombench_flags INTERFACE -Wno-maybe-uninitialized)
  endif()
  target_link_options(datombench_flags INTERFACE -fsanitize=${DATOMBENCH_SANITIZE})
endif()

# One static library a folder. The sources are globbed so that a new strategy, backend, index or
# workload is one new file and one registry line, and no build file.
function(datombench_library name)
  file(GLOB sources CONFIGURE_DEPENDS *.cc */*.cc)
  list(FILTER sources EXCLUDE REGEX "/main\\.cc$|/bench_index/")
  add_library(datombench_${name} STATIC ${sources})
  target_link_libraries(datombench_${name} PUBLIC datombench_flags ${ARGN})
endfunction()
