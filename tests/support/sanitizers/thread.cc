// What the thread sanitizer can't know: Debian's LevelDB isn't instrumented, so the sanitizer sees
// its reads and writes of its lock-free table but not the atomics that order them. Hidden with them
// is what LevelDB calls back: races within LevelDbEnv, but not those between a backend's callers.
extern "C" const char* __tsan_default_suppressions();  // NOLINT: the sanitizer's name for it

extern "C" const char* __tsan_default_suppressions() {  // NOLINT
  return "race:libleveldb.so\n";
}
