# -DMUSTER_SANITIZE=address,undefined or thread
set(MUSTER_SANITIZE "" CACHE STRING "Sanitizers to build with")
if(MUSTER_SANITIZE)
  # GCC warns of much that is initialised when a sanitizer is in between.
  target_compile_options(muster_build INTERFACE -Wno-maybe-uninitialized)
  target_compile_options(muster_build INTERFACE -fsanitize=${MUSTER_SANITIZE} -fno-omit-frame-pointer
                                                -fno-sanitize-recover=all)
  target_link_options(muster_build INTERFACE -fsanitize=${MUSTER_SANITIZE})
endif()
