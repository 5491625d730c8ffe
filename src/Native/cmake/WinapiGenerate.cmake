# winapi_generate(TARGET target PROTOS file... [PROTO_ROOT folder] [IMPORT_DIRS folder...] [OUTPUT_DIR folder])
#
# Generates C from .proto files with protoc and protoc-gen-winapi-c and adds it to a target, which must link with
# libwinapi. A .proto is generated again when it, or one that it imports, has changed.
#
#   PROTO_ROOT   where imports and the names of the outputs start; default: the current source folder
#   PROTOS       relative to PROTO_ROOT
#   IMPORT_DIRS  further folders to find imports in
#   OUTPUT_DIR   default: <target>-protos in the current binary folder; a public include folder of the target
#
# Cache variables say which programs: WINAPI_PROTOC and WINAPI_PROTOC_PLUGIN.

function(_winapi_find_protoc)
    # Grpc.Tools brings a protoc to every machine that has built the C# side.
    file(GLOB from_packages "$ENV{HOME}/.nuget/packages/grpc.tools/*/tools/linux_x64")
    find_program(WINAPI_PROTOC protoc HINTS ${from_packages} DOC "The protocol buffer compiler")
    if(NOT WINAPI_PROTOC)
        message(FATAL_ERROR "winapi_generate: no protoc in PATH. Install protobuf-compiler, or say where it is: "
            "-DWINAPI_PROTOC=/path/to/protoc")
    endif()
endfunction()

function(_winapi_find_plugin)
    set(here "${CMAKE_CURRENT_FUNCTION_LIST_DIR}")
    find_program(WINAPI_PROTOC_PLUGIN protoc-gen-winapi-c
        HINTS
            "${here}/../../../bin"
            "${here}/../../../artifacts/native/bin"
            "${here}/../generator/bin/Release/net10.0"
            "${here}/../generator/bin/Debug/net10.0"
        DOC "The protoc plugin of libwinapi")
    if(NOT WINAPI_PROTOC_PLUGIN)
        message(FATAL_ERROR "winapi_generate: no protoc-gen-winapi-c in PATH or beside this file. Build it with "
            "'dotnet build src/Native/generator -c Release', or say where it is: "
            "-DWINAPI_PROTOC_PLUGIN=/path/to/protoc-gen-winapi-c")
    endif()
endfunction()

function(winapi_generate)
    cmake_parse_arguments(PARSE_ARGV 0 arg "" "TARGET;PROTO_ROOT;OUTPUT_DIR" "PROTOS;IMPORT_DIRS")
    if(arg_UNPARSED_ARGUMENTS)
        message(FATAL_ERROR "winapi_generate: unknown arguments: ${arg_UNPARSED_ARGUMENTS}")
    endif()
    if(NOT arg_TARGET OR NOT arg_PROTOS)
        message(FATAL_ERROR "winapi_generate: TARGET and PROTOS must be given")
    endif()
    if(NOT arg_PROTO_ROOT)
        set(arg_PROTO_ROOT "${CMAKE_CURRENT_SOURCE_DIR}")
    endif()
    if(NOT arg_OUTPUT_DIR)
        set(arg_OUTPUT_DIR "${CMAKE_CURRENT_BINARY_DIR}/${arg_TARGET}-protos")
    endif()
    get_filename_component(root "${arg_PROTO_ROOT}" ABSOLUTE)
    get_filename_component(output "${arg_OUTPUT_DIR}" ABSOLUTE BASE_DIR "${CMAKE_CURRENT_BINARY_DIR}")
    _winapi_find_protoc()
    _winapi_find_plugin()

    set(imports "-I${root}")
    foreach(folder IN LISTS arg_IMPORT_DIRS)
        get_filename_component(folder "${folder}" ABSOLUTE)
        list(APPEND imports "-I${folder}")
    endforeach()

    # The plugin of a framework-dependent build is a starter; what changes is the library beside it.
    set(plugin_files "${WINAPI_PROTOC_PLUGIN}")
    if(EXISTS "${WINAPI_PROTOC_PLUGIN}.dll")
        list(APPEND plugin_files "${WINAPI_PROTOC_PLUGIN}.dll")
    endif()

    file(MAKE_DIRECTORY "${output}")
    foreach(proto IN LISTS arg_PROTOS)
        string(REGEX REPLACE "\\.proto$" "" stem "${proto}")
        set(generated "${output}/${stem}.winapi.h" "${output}/${stem}.winapi.c")
        get_filename_component(folder "${output}/${stem}" DIRECTORY)
        file(MAKE_DIRECTORY "${folder}")
        add_custom_command(
            OUTPUT ${generated}
            COMMAND "${WINAPI_PROTOC}" "--plugin=protoc-gen-winapi-c=${WINAPI_PROTOC_PLUGIN}" ${imports}
                "--winapi-c_out=${output}" "--dependency_out=${output}/${stem}.d" "${proto}"
            DEPENDS ${plugin_files}
            DEPFILE "${output}/${stem}.d"
            WORKING_DIRECTORY "${root}"
            COMMENT "Generating C from ${proto}"
            VERBATIM)
        target_sources(${arg_TARGET} PRIVATE ${generated})
    endforeach()
    target_include_directories(${arg_TARGET} PUBLIC "$<BUILD_INTERFACE:${output}>")
endfunction()
