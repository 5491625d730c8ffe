@echo off
rem Stops and removes the Windows service WinAPIService, its event source and its programs. It needs an administrator.
setlocal
set "service=WinAPIService"
set "to=%ProgramFiles%\WinAPI"
set "eventsource=HKLM\SYSTEM\CurrentControlSet\Services\EventLog\Application\%service%"

rem The first thing that only an administrator may do.
reg add "%eventsource%" /v TypesSupported /t REG_DWORD /d 7 /f >nul 2>&1
if errorlevel 1 (
    echo uninstall: a service can only be removed by an administrator, which this console is not. 1>&2
    echo uninstall: Open a console with "Run as administrator" and run this script there. 1>&2
    exit /b 1
)

sc query %service% >nul 2>&1
if errorlevel 1 (
    echo %service% is not installed.
    goto remove_source
)
net stop %service% >nul 2>&1
set tries=0
:look_again
sc query %service% | find "STOPPED" >nul
if not errorlevel 1 goto stopped
set /a tries+=1
if %tries% geq 45 (
    echo uninstall: the service does not stop; end WinAPIService.exe in the task manager and run this again. 1>&2
    exit /b 1
)
call :pause
goto look_again

:stopped
sc delete %service% >nul
if errorlevel 1 (
    echo uninstall: 'sc delete %service%' failed. 1>&2
    exit /b 1
)
echo %service% is removed.

:remove_source
reg delete "%eventsource%" /f >nul
if errorlevel 1 (
    echo uninstall: the event source cannot be removed: 'reg delete "%eventsource%"' failed. 1>&2
    exit /b 1
)

if not exist "%to%" exit /b 0
rem Out of the folder, and on one line to the end: this script may be one of the files that go.
cd /d "%SystemRoot%"
call :pause
rmdir /s /q "%to%" & if exist "%to%\WinAPIService.exe" (echo uninstall: "%to%" could not be removed; is one of its programs running? 1>&2 & exit /b 1) else (exit /b 0)

rem One second. 'timeout' refuses to run without a keyboard.
:pause
ping -n 2 127.0.0.1 >nul
exit /b 0
