@echo off
rem Checks that the tools are there, then hands over to build.cake.
setlocal
cd /d "%~dp0"

set "target="
set "configuration=Release"

:next
if "%~1"=="" goto arguments_read
if /i "%~1"=="help" goto help
if /i "%~1"=="-h" goto help
if /i "%~1"=="--help" goto help
if /i "%~1"=="/?" goto help
if /i "%~1"=="--configuration" goto configuration
for %%t in (build demo test beds publish pack clean) do if /i "%~1"=="%%t" goto target
echo build.cmd: unknown target or option '%~1'; 'build.cmd help' lists targets and options. 1>&2
exit /b 2

:target
if defined target (
    echo build.cmd: one target at a time, not both '%target%' and '%~1'; 'build.cmd help' lists targets and options. 1>&2
    exit /b 2
)
set "target=%~1"
shift
goto next

:configuration
set "configuration="
if /i "%~2"=="Debug" set "configuration=Debug"
if /i "%~2"=="Release" set "configuration=Release"
if not defined configuration (
    echo build.cmd: unknown configuration '%~2'; use Debug or Release. 1>&2
    exit /b 2
)
shift
shift
goto next

:help
type build\help.txt
exit /b 0

:arguments_read
if not defined target set "target=build"
set "DOTNET_NOLOGO=1"
set "DOTNET_CLI_TELEMETRY_OPTOUT=1"

dotnet --version >nul 2>&1
if errorlevel 1 (
    echo build.cmd: the .NET SDK 10.0 is not installed. Install it with: 1>&2
    echo     winget install Microsoft.DotNet.SDK.10 1>&2
    exit /b 1
)

dotnet tool restore >nul || exit /b 1
dotnet cake build.cake --target=%target% --configuration=%configuration% --verbosity=quiet --no-report
exit /b %errorlevel%
