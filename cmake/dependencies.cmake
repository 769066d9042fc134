# Every dependency comes from Debian 12 (scripts/packages.txt); docs/design.md says why each is there.
set(THREADS_PREFER_PTHREAD_FLAG ON)
find_package(Threads REQUIRED)
find_package(fmt 9 REQUIRED)
find_package(leveldb REQUIRED)
# Debian's libleveldb-dev asks whoever links it for snappy too, and doesn't depend on libsnappy-dev.
# The shared library brings its own.
set_target_properties(leveldb::leveldb PROPERTIES INTERFACE_LINK_LIBRARIES Threads::Threads)
find_package(Boost 1.74 REQUIRED COMPONENTS serialization)
find_package(benchmark 1.7 REQUIRED)
find_package(nlohmann_json 3.11 REQUIRED)
find_package(CLI11 2.1 REQUIRED)
find_package(OpenSSL 3 REQUIRED COMPONENTS Crypto)

find_package(PkgConfig REQUIRED)
pkg_check_modules(zstd REQUIRED IMPORTED_TARGET libzstd)
pkg_check_modules(deflate REQUIRED IMPORTED_TARGET libdeflate)

if(DATOMBENCH_TESTS)
  find_package(GTest 1.12 REQUIRED)
endif()
