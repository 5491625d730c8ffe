# C from .proto files, for GNU make. Say these before you include it, then depend on $(WINAPI_PROTO_OUT)/FILE.winapi.c:
#   WINAPI_PROTOC_PLUGIN  protoc-gen-winapi-c        WINAPI_PROTOC         protoc
#   WINAPI_PROTO_ROOT     where imports start        WINAPI_PROTO_IMPORTS  further such folders
#   WINAPI_PROTO_OUT      where the files go; compile with -I$(WINAPI_PROTO_OUT)
WINAPI_PROTOC ?= protoc
WINAPI_PROTOC_PLUGIN ?= $(shell command -v protoc-gen-winapi-c)
WINAPI_PROTO_ROOT ?= .
WINAPI_PROTO_OUT ?= generated

$(WINAPI_PROTO_OUT)/%.winapi.c $(WINAPI_PROTO_OUT)/%.winapi.h: $(WINAPI_PROTO_ROOT)/%.proto $(WINAPI_PROTOC_PLUGIN)
	@mkdir -p $(@D)
	$(WINAPI_PROTOC) --plugin=protoc-gen-winapi-c=$(WINAPI_PROTOC_PLUGIN) --winapi-c_out=$(WINAPI_PROTO_OUT) \
		--dependency_out=$(WINAPI_PROTO_OUT)/$*.d -I$(WINAPI_PROTO_ROOT) $(WINAPI_PROTO_IMPORTS:%=-I%) $*.proto

-include $(shell find $(WINAPI_PROTO_OUT) -name '*.d' 2>/dev/null)
